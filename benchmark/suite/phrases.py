"""Chinese phrases with their English, in couples that are a plausible wrong translation of each other."""

from __future__ import annotations

Phrase = tuple[str, str]

COUPLES: tuple[tuple[Phrase, Phrase], ...] = (
    (("新鲜面包", "fresh bread"), ("新鲜水果", "fresh fruit")),
    (("请勿吸烟", "no smoking"), ("请勿拍照", "no photos")),
    (("小心地滑", "caution, slippery floor"), ("小心台阶", "mind the step")),
    (("生日快乐", "happy birthday"), ("新年快乐", "happy new year")),
    (("欢迎光临", "welcome"), ("谢谢惠顾", "thank you for your visit")),
    (("紧急出口", "emergency exit"), ("禁止入内", "no entry")),
    (("热咖啡", "hot coffee"), ("冰咖啡", "iced coffee")),
    (("今天晴天", "it is sunny today"), ("今天下雨", "it is raining today")),
    (("早上好", "good morning"), ("晚上好", "good evening")),
    (("图书馆", "library"), ("博物馆", "museum")),
    (("火车站", "train station"), ("飞机场", "airport")),
    (("我喜欢跳舞", "I like dancing"), ("我喜欢唱歌", "I like singing")),
    (("保持安静", "keep quiet"), ("保持清洁", "keep clean")),
    (("牛肉面", "beef noodles"), ("鸡肉饭", "chicken with rice")),
    (("学习中文", "to learn Chinese"), ("学习英语", "to learn English")),
    (("黑色的猫", "a black cat"), ("白色的狗", "a white dog")),
    (("明天见", "see you tomorrow"), ("好久不见", "long time no see")),
    (("左转", "turn left"), ("右转", "turn right")),
    (("一路平安", "have a safe trip"), ("身体健康", "good health")),
    (("免费停车", "free parking"), ("禁止停车", "no parking")),
    (("推门", "push the door"), ("拉门", "pull the door")),
    (("暂停营业", "temporarily closed"), ("正在营业", "open for business")),
    (("红茶", "black tea"), ("绿茶", "green tea")),
    (("祝你好运", "good luck to you"), ("恭喜发财", "wishing you wealth")),
)

CHINESE_CHARACTERS = "".join(sorted({character for couple in COUPLES for chinese, _ in couple
                                     for character in chinese}))
