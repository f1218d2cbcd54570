"""The constructed networks on the very batches that others are trained on."""

import torch

from models.constructed.delay_line import delay_line
from models.constructed.digits import digit_copier
from models.constructed.ngram import ngram
from models.constructed.query_first import query_first
from models.tasks.associative_recall import associative_recall, recall_query_first
from models.tasks.copying import copying
from models.tasks.induction_heads import induction_heads

KEYS, VALUES, PAIRS, BATCH = 8, 8, 4, 64


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(30)


def test_the_table_recalls_all_keys_in_any_order() -> None:
    tokens, answers = associative_recall(BATCH, PAIRS, KEYS, VALUES, generator())
    said = ngram(KEYS + VALUES, 1, tokens.shape[1]).answers(tokens + 1)
    assert torch.equal(said[:, -PAIRS:] - 1 - KEYS, answers)


def test_the_table_finds_what_followed_the_mark() -> None:
    tokens, answers = induction_heads(BATCH, 12, 6, generator())
    symbols = int(tokens.max()) + 1
    said = ngram(symbols, 1, tokens.shape[1]).answers(tokens + 1)
    assert torch.equal(said[:, -1:] - 1, answers.view(BATCH, 1))


def test_the_query_is_recalled_when_it_comes_first() -> None:
    tokens, answers = recall_query_first(BATCH, PAIRS, KEYS, VALUES, generator())
    query, context = tokens[:, 1:2] + 2 * KEYS, tokens[:, 2:-1].clone()  # roles are marked on the symbol itself
    said = query_first(KEYS).answers(torch.cat([query, context], dim=1))
    assert torch.equal(said[:, -1:], answers)


def test_strings_are_copied_by_digits_and_by_a_delay() -> None:
    tokens, string = copying(BATCH, 6, 4, generator())
    assert torch.equal(digit_copier(4, 6).generate(string, 6), string)
    padded = torch.cat([string, torch.zeros_like(string)], dim=1)
    assert torch.equal(delay_line(6, 2).answers(padded)[:, 6:], string)
    assert torch.equal(tokens[:, :6], string)
