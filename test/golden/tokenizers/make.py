"""Small tokenizers of each kind with the ids that Hugging Face's own library gives.

Needs `tokenizers`. Writes <name>/tokenizer.json and expected.json beside this file: `python3 make.py`.
"""

import json
import pathlib

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

here = pathlib.Path(__file__).parent
corpus = [
    "The quick brown fox jumps over the lazy dog, twice.",
    "Play the last album by Povel Ramel, please!",
    "Die Größe der Straße überraschte ihn; er blieb stehen.",
    "El niño comió piñas y bebió agua fría en la montaña.",
    "Быстрая коричневая лиса прыгает через ленивую собаку.",
    "今天天气很好,我们去公园散步吧。",
    "お元気ですか?はい、元気です。",
    "الطقس جميل اليوم في المدينة القديمة.",
    "It's a low-cost e-mail service: user@example.com, 3.14 or 42%?",
] * 4
texts = [
    "",
    " ",
    "The quick brown fox",
    "Größe und Straße!",
    "niño niño PIÑAS",
    "лиса прыгает, собаку",
    "今天我们去公园",
    "元気です 123",
    "الطقس جميل",
    "user@example.com costs 3.14%",
    "emoji \U0001f600 and zero\u200bwidth\ttab\nnewline",
    "unknown ☃ snowman ☃☃",
    "e\u0301 combined and é composed",
    "A very long text " * 8,
]
pairs = [
    ["The fox jumps", "over the dog"],
    ["short", "A very long second text " * 4],
    ["A very long first text " * 4, "short"],
    ["A very long first text " * 3, "A very long second text " * 3],
]
max_length = 24
special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
angle = ["<pad>", "<unk>", "<s>", "</s>"]


def wordpiece():
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.train_from_iterator(corpus, trainers.WordPieceTrainer(vocab_size=300, special_tokens=special))
    t.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", t.token_to_id("[CLS]")), ("[SEP]", t.token_to_id("[SEP]"))],
    )
    t.enable_padding(pad_id=t.token_to_id("[PAD]"), pad_token="[PAD]")
    return t


def byte_level():
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    t.train_from_iterator(corpus, trainers.BpeTrainer(
        vocab_size=420, special_tokens=angle, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    t.post_processor = processors.RobertaProcessing(
        ("</s>", t.token_to_id("</s>")), ("<s>", t.token_to_id("<s>")), trim_offsets=True, add_prefix_space=False)
    t.enable_padding(pad_id=t.token_to_id("<pad>"), pad_token="<pad>")
    return t


def metaspace():
    t = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    t.normalizer = normalizers.NFKC()
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=320, special_tokens=angle))
    t.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", t.token_to_id("<s>"))])
    t.enable_padding(direction="left", pad_id=t.token_to_id("<pad>"), pad_token="<pad>")
    return t


def unigram():
    t = Tokenizer(models.Unigram())
    t.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.train_from_iterator(corpus, trainers.UnigramTrainer(vocab_size=300, special_tokens=angle, unk_token="<unk>"))
    t.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", t.token_to_id("</s>"))])
    t.enable_padding(pad_id=t.token_to_id("<pad>"), pad_token="<pad>")
    return t


def word_level():
    t = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    t.normalizer = normalizers.Lowercase()
    t.pre_tokenizer = pre_tokenizers.Whitespace()
    t.train_from_iterator(corpus, trainers.WordLevelTrainer(special_tokens=special[:2]))
    t.enable_padding(pad_id=0, pad_token="[PAD]")
    return t


expected = {"texts": texts, "pairs": pairs, "maxLength": max_length, "tokenizers": {}}
for make in [wordpiece, byte_level, metaspace, unigram, word_level]:
    t = make()
    t.enable_truncation(max_length)
    name = make.__name__.replace("_", "-")
    (here / name).mkdir(exist_ok=True)
    t.save(str(here / name / "tokenizer.json"), pretty=False)
    row = lambda e: {"ids": e.ids, "mask": e.attention_mask, "types": e.type_ids}  # noqa: E731
    expected["tokenizers"][name] = {
        "single": [row(e) for e in t.encode_batch(texts)],
        "pair": [row(e) for e in t.encode_batch([tuple(p) for p in pairs])],
    }
(here / "expected.json").write_text(json.dumps(expected, ensure_ascii=False))
