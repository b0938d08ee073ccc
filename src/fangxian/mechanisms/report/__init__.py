"""What a day amounts to: computed, attested, frozen, restated."""
