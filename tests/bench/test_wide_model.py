"""The model of the wide kernels reads assembly as it is: blocks, loops, what goes over the stack, cycles."""

import shutil

import pytest
from bench.figures import Skipped
from bench.wide_model import Block, _blocks, _cycles, run

ASSEMBLY = """
	.text
	.globl	kernel
kernel:
	vmovdqu64	(%rdi), %zmm1   # a row
.LBB0_1:
	vpmadd52luq	%zmm1, %zmm2, %zmm3
	vpmadd52huq	%zmm1, %zmm2, %zmm4
	vmovdqu64	%zmm3, 64(%rsp)
	movq	%rax, 8(%rsp)
	jne	.LBB0_1
.LBB0_10:
	retq
.Lfunc_end0:
other:
	jmp	.LBB0_1
"""


def blocks() -> list[Block]:
    """Of the text above."""
    return list(_blocks(ASSEMBLY))


def test_blocks_end_where_the_next_label_stands() -> None:
    """Each has its function; directives, comments and labels are no instructions."""
    found = [(each.function, each.label, len(each.lines), each.is_loop) for each in blocks()]
    assert found == [
        ("kernel", "kernel", 1, False),
        ("kernel", ".LBB0_1", 5, True),
        ("kernel", ".LBB0_10", 1, False),
        ("other", "other", 1, False),
    ]


def test_vectors_on_the_stack_are_counted_and_words_are_not() -> None:
    """A spilled number costs little, a spilled field element is five vectors."""
    loop = blocks()[1]
    assert loop.spills == 1
    assert (loop.count("vpmadd52luq"), loop.count("vpmadd52"), loop.count("zmm", "rsp")) == (1, 2, 1)


@pytest.mark.skipif(shutil.which("llvm-mca") is None, reason="llvm-mca is absent (Debian's package llvm)")
def test_more_instructions_take_more_cycles() -> None:
    """Of a chain that the model cannot carry out at once."""
    loop = blocks()[1]
    longer = loop._replace(lines=loop.lines[:2] * 10)
    assert 1 <= _cycles(loop) < _cycles(longer)
    assert _cycles(blocks()[2]) == 0


def test_without_the_tool_the_model_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its name."""
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(Skipped, match="llvm-mca"):
        next(run(1))
