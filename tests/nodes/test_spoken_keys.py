"""Which keys a prompt's text speaks of."""

from __future__ import annotations

import pytest

from interpreter.nodes.menu import spoken_keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("销售请按1，售后请按 2，人工请拨0", "120"),
        ("请按一转销售，按井号键重听，按星号键返回", "1#*"),
        ("请按数字键3", "3"),
        ("请按 \n 数字键  3，按数字  4，按  5", "345"),
        ("查询请按#", "#"),
        ("For sales press 1, for help press two, dial 0, press the star key", "120*"),
        ("按任意键继续，或直接拨分机号", ""),
        ("请按一下任意键", ""),
        ("请拨打 10086 或按 12", ""),
        ("press any key", ""),
        ("", ""),
    ],
)
def test_spoken_keys(text: str, keys: str) -> None:
    assert "".join(spoken_keys(text)) == keys
