"""How much one device may send: a bucket that fills again."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Rates:
    """Buckets by device: ``burst`` acts at once, ``acts_a_second`` in the long run."""

    acts_a_second: float = 50.0
    burst: float = 2000.0
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def wait_for(self, device: str, acts: int, *, now: float) -> float:
        """Take ``acts`` from the bucket: 0.0, or the seconds until they would fit.

        ``now`` is any clock in seconds that never runs back.
        """
        level, since = self._buckets.get(device, (self.burst, now))
        level = min(self.burst, level + (now - since) * self.acts_a_second)
        if level < acts:
            self._buckets[device] = (level, now)
            return (acts - level) / self.acts_a_second
        self._buckets[device] = (level - acts, now)
        return 0.0
