"""What the law says no with."""

from __future__ import annotations

from tracker.rule.refusals import N_, Refusal, Refusals


def test_a_refusal_fills_its_places_and_names_its_field() -> None:
    refusal = Refusal(N_("红牌天数应大于黄牌天数（%(yellow)s天）"), field="red_days", yellow=3)
    assert str(refusal) == "红牌天数应大于黄牌天数（3天）"
    assert (refusal.field, refusal.params) == ("red_days", {"yellow": 3})


def test_several_refusals_keep_their_order() -> None:
    refusals = Refusals(iter([Refusal("请填写地点", field="place"), Refusal("请选择街道", field="street")]))
    assert [refusal.field for refusal in refusals.items] == ["place", "street"]
    assert str(refusals) == "请填写地点\n请选择街道"
