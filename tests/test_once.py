"""What is worked out once."""

from __future__ import annotations

from threading import Event, Thread

from talksearch.once import cached_property


class Slow:
    """Counts how often it works out its value; may be made to wait."""

    def __init__(self, go: Event) -> None:
        self.go, self.begun, self.times = go, Event(), 0

    @cached_property
    def value(self) -> int:
        """A number."""
        self.begun.set()
        self.times += 1
        self.go.wait(10)
        return 7


def test_it_is_worked_out_once_and_may_be_forgotten() -> None:
    go = Event()
    go.set()
    one = Slow(go)
    assert (one.value, one.value, one.times) == (7, 7, 1)
    del one.value
    assert (one.value, one.times) == (7, 2)
    assert Slow.value.__doc__ == "A number."


def test_nobody_waits_for_what_another_works_out() -> None:
    never, at_once = Event(), Event()
    at_once.set()
    slow, other = Slow(never), Slow(at_once)
    waiting = Thread(target=lambda: slow.value)
    waiting.start()
    assert slow.begun.wait(10)
    asking = Thread(target=lambda: other.value)
    asking.start()
    asking.join(5)
    assert other.times == 1 and waiting.is_alive()
    never.set()
    waiting.join()
