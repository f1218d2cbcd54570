"""The digit copier as a network: its count, both forms, precisions, refusals."""

import pytest
import torch

from models.constructed.digits import digit_copier
from models.selection.states import Config, kept_and_copied, quantised
from numerics.selection.states import digits_in_precision, strings


@pytest.mark.parametrize("b", range(1, 7))
@pytest.mark.parametrize("L", [1, 2, 5])
def test_it_copies_with_the_stated_resources_whatever_the_length(b: int, L: int) -> None:
    copier, words = digit_copier(2**b, L), torch.randint(0, 2**b, (50, L), generator=torch.Generator().manual_seed(b))
    assert torch.equal(copier.generate(words, L), words)
    found = copier.resources
    assert found.nonzero == 19 * b - 2 + (b - 1) ** 2 - (L == 1)
    assert (found.state_dim, found.state_bits) == (1, L * b)
    assert found.weight_magnitude == 2.0 ** (b * L + b - 1)


@pytest.mark.parametrize(("V", "L"), [(2, 10), (4, 5), (16, 3)])
def test_the_parallel_form_agrees_while_all_powers_fit(V: int, L: int) -> None:
    copier, words = digit_copier(V, L), torch.randint(0, V, (20, L), generator=torch.Generator().manual_seed(V))
    whole = torch.cat([words, words[:, :-1] + V], dim=1)
    assert torch.equal(copier.answers(whole)[:, L - 1 :], words)


@pytest.mark.parametrize("V", [2, 4])
def test_half_precision_keeps_the_numbers_that_the_emulation_keeps(V: int) -> None:
    L = 12 if V == 2 else 6
    words = torch.as_tensor(strings(V, L))
    copier = digit_copier(V, L, dtype=torch.float16, inexact=True)
    assert kept_and_copied(copier, words, V) == digits_in_precision(V, L, 11)


@pytest.mark.parametrize("b", [2, 3, 4])
def test_the_badly_layered_variant_is_exact_on_short_strings_only(b: int) -> None:
    short, long = 8 // b, 52 // b
    words = torch.randint(0, 2**b, (200, long), generator=torch.Generator().manual_seed(b))
    assert torch.equal(digit_copier(2**b, short, merged=True).generate(words[:, :short], short), words[:, :short])
    assert kept_and_copied(digit_copier(2**b, long), words, 2**b) == (1, 1)
    assert kept_and_copied(digit_copier(2**b, long, merged=True), words, 2**b).copied < 0.6


def test_a_network_made_shorter_in_precision_reads_in_that_precision() -> None:
    copier, words = digit_copier(2, 11), torch.as_tensor(strings(2, 11))
    copier.network.half()
    assert torch.equal(copier.generate(words, 11), words)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: digit_copier(3, 2), "V = 3: must be a power of two"),
        (lambda: digit_copier(1, 2), "V = 1"),
        (lambda: digit_copier(-2, 2), "V = -2"),
        (lambda: digit_copier(2, 0), "L = 0: must be at least 1"),
        (lambda: digit_copier(2, 54), "holds 53 bits only"),
        (lambda: digit_copier(4, 13, dtype=torch.float32), "holds 24 bits only"),
        (lambda: digit_copier(2, 12, dtype=torch.float16), "holds 11 bits only"),
        (lambda: digit_copier(2, 2, dtype=torch.int64), "dtype = torch.int64"),
        (lambda: digit_copier(2, 15, dtype=torch.float16, inexact=True), "overflows"),
        (lambda: digit_copier(2, 1023, inexact=True), "overflows"),
        (lambda: digit_copier(2, 3).generate(torch.zeros(1, 2, dtype=torch.long), 2), "must be L = 3"),
        (lambda: digit_copier(2, 3).generate(torch.zeros(1, 4, dtype=torch.long), 2), "must be L = 3"),
        (lambda: digit_copier(2, 3).generate(torch.zeros(1, 0, dtype=torch.long), 2), "prompt has shape"),
        (lambda: digit_copier(2, 2).generate(torch.tensor([[0, 4]]), 2), "must be in 0..3"),
        (lambda: digit_copier(2, 2).generate(torch.tensor([[-1, 0]]), 2), "must be in 0..3"),
        (lambda: digit_copier(2, 2).answers(torch.tensor([[2, 0, 0]])), "must be L = 2"),
        (lambda: quantised(Config(L=0)), "L = 0"),
        (lambda: quantised(Config(seed=-1)), "seed = -1"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_a_long_string_is_copied_in_doubles_only_where_it_is_asked_for() -> None:
    words = torch.zeros(1, 200, dtype=torch.long)
    words[0, :40] = 1
    copier = digit_copier(2, 200, inexact=True)
    assert copier.resources.nonzero == 17
    assert not torch.equal(copier.generate(words, 200), words)
