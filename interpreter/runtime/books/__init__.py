"""What is written down of calls: the journal, its two threads, records of finished calls, and what a start finds."""
