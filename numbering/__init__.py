"""The numbering plan: shapes of telephone numbers, in China and abroad. It stands on nothing and does no I/O."""
