"""Sequential digits: which digit is it, read pixel by pixel (scikit-learn's 1797 images of 8 by 8)."""

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from numerics.preconditions import as_count, as_counts, as_seed

IMAGES, PIXELS, TEST = 1797, 64, 360
Labelled = tuple[Tensor, Tensor]


def digits(seed: int, permutation: int | None = None) -> tuple[Labelled, Labelled]:
    """The images as sequences, split in two with the same digits in both.

    Row by row, or in one random order that all images share. Scaled as a whole, by the mean and the standard
    deviation of all training pixels: single pixels keep their different means and variances, some of them 0.

    Arguments: seed of the split; permutation: seed of the order of pixels, None for row by row.
    Returns: (inputs, labels) for training and for test: inputs float32 (n, 64, 1), labels int64 (n,), n = 1437 and
        360. The same images and order for the same seeds, on the CPU.
    Raises: ImportError when scikit-learn, which carries the images, is not installed.
    """
    pixels, labels = images()
    test = stratified(labels, TEST, as_seed(seed))
    if permutation is not None:
        pixels = pixels[:, np.random.default_rng(as_seed(permutation)).permutation(PIXELS)]
    seen = pixels[~test]
    scaled = torch.from_numpy(((pixels - seen.mean()) / seen.std()).astype(np.float32))[:, :, None]
    chosen, answers = torch.from_numpy(test), torch.from_numpy(labels)
    return (scaled[~chosen], answers[~chosen]), (scaled[chosen], answers[chosen])


def images() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The images, (1797, 64), 0..16 row by row, and their digits, from scikit-learn's own files."""
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise ImportError("scikit-learn is not installed; it carries the digits: pip install -e '.[test]'") from error
    found = load_digits()
    return found.data.astype(np.float64), found.target.astype(np.int64)


def stratified(labels: ArrayLike, size: int, seed: int) -> NDArray[np.bool_]:
    """A random choice that holds of every class its share of all, rounded so that the sum is `size`.

    Arguments: labels (n,), integers >= 0; size, 0..n; seed. Returns: truth values (n,), `size` of them true.
    Raises: ValueError for labels that are no such integers, or another size or seed.
    """
    labels, size, seed = as_counts("labels", labels), as_count("size", size, least=0), as_seed(seed)
    if size > len(labels):
        raise ValueError(f"size = {size}: must be at most the number of labels, {len(labels)}")
    counts = np.bincount(labels)
    share = counts * size / len(labels)
    wanted = np.floor(share).astype(np.int64)
    wanted[np.argsort(wanted - share, kind="stable")[: size - wanted.sum()]] += 1
    shuffled = np.lexsort((np.random.default_rng(seed).random(len(labels)), labels))
    rank = np.empty(len(labels), np.int64)
    rank[shuffled] = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    return rank < wanted[labels]


def constant_accuracy(train: Labelled, test: Labelled) -> float:
    """Share of test images with the digit most frequent in training."""
    return float((test[1] == train[1].bincount().argmax()).double().mean())


def linear_accuracy(train: Labelled, test: Labelled) -> float:
    """Share of test images that least squares on all 64 pixels and a constant names rightly.

    What a model without memory of the order reaches when nothing is forgotten; the same in every order of pixels.
    """
    (x, labels), (unseen, answers) = ((u.squeeze(2).double(), y) for u, y in (train, test))
    rows = torch.cat([x, torch.ones_like(x[:, :1])], dim=1)
    weights = torch.linalg.lstsq(rows, torch.nn.functional.one_hot(labels).double(), driver="gelsd").solution
    named = torch.cat([unseen, torch.ones_like(unseen[:, :1])], dim=1) @ weights
    return float((named.argmax(dim=1) == answers).double().mean())
