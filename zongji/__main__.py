"""``python -m zongji`` is the ``zongji`` command."""

from zongji.cli import main

if __name__ == "__main__":
    main()
