"""From responses and challenges to the coefficients of one sum over all equations of a box (see `crypto/box_check`)."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from urna.crypto.kernels.compiler import called, compiled, inlined
from urna.crypto.kernels.scalar_field import (
    ZERO,
    Scalar,
    Words,
    add_scalars,
    from_montgomery,
    is_canonical,
    load_scalar,
    montgomery,
    store_scalar,
    subtract_scalars,
)

Numbers: TypeAlias = npt.NDArray[np.int64]


@inlined
def _load_coefficient(coefficients: Words, number: int) -> Scalar:
    return coefficients[2 * number], coefficients[2 * number + 1], np.uint64(0), np.uint64(0)


@called
def _last_part(responses: Words, start: int, limit: int, challenge: Scalar) -> Scalar:
    """c_R = c - c_0 - … - c_(R-1)."""
    part = challenge
    for branch in range(limit):
        part = subtract_scalars(part, load_scalar(responses, start + 4 * branch))
    return part


@compiled
def weigh_equations(  # noqa: PLR0917
    limits: Numbers,
    sum_starts: Numbers,
    sum_options: Numbers,
    options: int,
    data: int,
    responses: Words,
    challenges: Words,
    coefficients: Words,
    count: int,
    ciphertexts: Words,
    base: Words,
) -> None:
    """What α, β, α̂, G and K are multiplied by, so that the sum over all equations with random weights is 0.

    With ρ the weight of a = v·G + c·A and σ that of b = (v - j·c)·K + c·B, the sum of ρ·a + σ·b is 0 together with
    -Σρ·c on every α of A, -Σσ·c on every β of B, -Σρ·v on G and -Σσ·(v - j·c) on K. Commitments have ρ and σ.

    Args:
        limits: upper end R of each range proof.
        sum_starts: where the options of each proof begin in `sum_options`, and the end of the last.
        sum_options: options that the proofs are over.
        options: ciphertexts a ballot.
        data: contests with data.
        responses: for each ballot, as in its form, four words each; canonical.
        challenges: c of each ballot, four words; canonical.
        coefficients: random weights in the order of the commitments, two words each.
        count: ballots.
        ciphertexts: out: for each ballot α_0, β_0, α_1, … and then each α̂, four words each.
        base: out: G and K, four words each.
    """
    on_g, on_k = ZERO, ZERO
    width = 2 * options + data
    sums = np.empty(4 * width, np.uint64)
    response, weight = 0, 0
    for ballot in range(count):
        challenge = load_scalar(challenges, 4 * ballot)
        sums[:] = np.uint64(0)
        for proof in range(limits.shape[0]):
            limit = limits[proof]
            part = _last_part(responses, response, limit, challenge)
            on_a, on_b, weighted, suffix = ZERO, ZERO, ZERO, ZERO
            for branch in range(limit, -1, -1):
                if branch < limit:
                    part = load_scalar(responses, response + 4 * branch)
                v = load_scalar(responses, response + 4 * (limit + branch))
                rho = _load_coefficient(coefficients, weight + 2 * branch)
                sigma = _load_coefficient(coefficients, weight + 2 * branch + 1)
                on_g = add_scalars(on_g, montgomery(v, rho))
                on_k = add_scalars(on_k, montgomery(v, sigma))
                on_a = add_scalars(on_a, montgomery(part, rho))
                product = montgomery(part, sigma)
                on_b = add_scalars(on_b, product)
                if branch > 0:  # Σ j·product_j: each suffix from j on, once
                    suffix = add_scalars(suffix, product)
                    weighted = add_scalars(weighted, suffix)
            on_k = subtract_scalars(on_k, weighted)
            response += 4 * (2 * limit + 1)
            weight += 2 * (limit + 1)
            for place in range(sum_starts[proof], sum_starts[proof + 1]):
                at = 8 * sum_options[place]
                store_scalar(sums, at, add_scalars(load_scalar(sums, at), on_a))
                store_scalar(sums, at + 4, add_scalars(load_scalar(sums, at + 4), on_b))
        for contest in range(data):
            rho = _load_coefficient(coefficients, weight)
            on_g = add_scalars(on_g, montgomery(load_scalar(responses, response), rho))
            store_scalar(sums, 4 * (2 * options + contest), montgomery(challenge, rho))
            response += 4
            weight += 1
        for place in range(width):
            value = subtract_scalars(ZERO, from_montgomery(load_scalar(sums, 4 * place)))
            store_scalar(ciphertexts, 4 * (ballot * width + place), value)
    store_scalar(base, 0, subtract_scalars(ZERO, from_montgomery(on_g)))
    store_scalar(base, 4, subtract_scalars(ZERO, from_montgomery(on_k)))


@compiled
def split_responses(  # noqa: PLR0917
    limits: Numbers, data: int, responses: Words, challenges: Words, count: int, alphas: Words, betas: Words
) -> None:
    """The scalars that commitments are recomputed from: (v, c) for each a and â, (v - j·c, c) for each b.

    Args:
        limits: upper end R of each range proof.
        data: contests with data.
        responses: for each ballot, as in its form, four words each; canonical.
        challenges: c of each ballot, four words; canonical.
        count: ballots.
        alphas: out: for each ballot and branch, then for each contest with data, eight words.
        betas: out: for each ballot and branch, eight words.
    """
    response, alpha, beta = 0, 0, 0
    for ballot in range(count):
        challenge = load_scalar(challenges, 4 * ballot)
        for proof in range(limits.shape[0]):
            limit = limits[proof]
            for branch in range(limit + 1):
                if branch < limit:
                    part = load_scalar(responses, response + 4 * branch)
                else:
                    part = _last_part(responses, response, limit, challenge)
                v = load_scalar(responses, response + 4 * (limit + branch))
                store_scalar(alphas, alpha, v)
                store_scalar(alphas, alpha + 4, part)
                for _ in range(branch):
                    v = subtract_scalars(v, part)
                store_scalar(betas, beta, v)
                store_scalar(betas, beta + 4, part)
                alpha += 8
                beta += 8
            response += 4 * (2 * limit + 1)
        for _ in range(data):
            store_scalar(alphas, alpha, load_scalar(responses, response))
            store_scalar(alphas, alpha + 4, challenge)
            alpha += 8
            response += 4


@compiled
def canonical_ballots(scalars: Words, width: int, count: int, good: Words) -> None:
    """Sets good[i] to 1 where all `width` scalars of ballot i are below L, else to 0."""
    for ballot in range(count):
        good[ballot] = np.uint64(1)
        for place in range(width):
            if not is_canonical(load_scalar(scalars, 4 * (ballot * width + place))):
                good[ballot] = np.uint64(0)
