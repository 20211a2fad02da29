"""Teams as calls name them."""

from datetime import datetime

from store_world import SHANGHAI, World

from store import Store
from store.calls import teams


def test_seats_of_a_month(store: Store, world: World) -> None:
    with store.read() as c:
        assert teams.last_period(c) is None
    facts = [("早班", "3001"), ("早班", "3001"), ("早班", "3002"), ("", "3003"), ("夜班", "3001")]
    for n, (team, agent_id) in enumerate(facts):
        world.put_call(n, team=team, agent_id=agent_id)
    world.put_call(9, team="旧班", agent_id="3009", started_at=datetime(2026, 10, 31, 12, tzinfo=SHANGHAI))
    with store.read() as c:
        assert teams.last_period(c) == "2026-11"
        assert teams.seats(c, "2026-11") == [
            ("", "3003", 1),
            ("夜班", "3001", 1),
            ("早班", "3001", 2),
            ("早班", "3002", 1),
        ]
        assert teams.seats(c, "2026-10") == [("旧班", "3009", 1)]
