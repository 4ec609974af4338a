"""Challenges: instructions that tempt a model into hallucinating or test whether it follows, and what checks them.

What the rest of the arena calls (each in the module of its name):

    facts.SceneFacts                      what is known of a picture; .of_scene(scene), .record(), .read(record)
    drawing.draw(rng, facts, language, *, category=None, axis=None, known_answer=None, exclude=frozenset())
        -> Instance(challenge, instruction, parameters, language, category)
                                          facts: SceneFacts | None (a picture of the visitor's own); language "en"/"zh"
    slots.read_back(text, language, own, instruction) -> parameters, or None for another instruction
    pool.find(id) -> Challenge            .id .language .axis .category .picture .known_answer; raises ChallengeError
    checking.check(challenge_id, instruction, facts, answer_a, answer_b, parameters=None) -> CheckResult | None
                                          None: nothing here can be checked, or the instruction was changed
    verdicts.CheckResult                  .to_json(), .from_json(text), .on(axis), .expected(axis, judgment)
"""
