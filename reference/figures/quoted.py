"""A module that nobody needs, in the manner of Python's library: the text that the page of a feature quotes."""

TEXT = '''"""Shelves for things that are put away and found again."""

import os
import sys

__all__ = ["Shelf", "LockedShelf", "ShelfError", "open_shelf"]


class ShelfError(Exception):
    """Raised when a thing is not where it should be."""


class Shelf:
    """A shelf with room for a number of things.

    Things are kept in the order in which they were put there.
    """

    def __init__(self, name, size=10):
        self.name = name
        self.size = size
        self.things = []
        self._closed = False

    def put(self, thing):
        """Put a thing on the shelf."""
        if self._closed:
            raise ShelfError("the shelf is closed")
        if len(self.things) >= self.size:
            raise ShelfError("the shelf is full")
        self.things.append(thing)

    def find(self, name, default=None):
        """Return the first thing of this name, or the default."""
        for thing in self.things:
            if thing.name == name:
                return thing
        return default

    def __len__(self):
        return len(self.things)

    def __iter__(self):
        return iter(self.things)

    def close(self):
        """Close the shelf. Nothing can be put there any more."""
        if self._closed:
            return
        self._closed = True

    @property
    def full(self):
        """True when there is no room left."""
        return len(self) == self.size


class LockedShelf(Shelf):
    """A shelf that needs a key."""

    def __init__(self, name, key):
        super().__init__(name)
        self._key = key

    def open(self, key):
        if key != self._key:
            raise ShelfError("this is the wrong key")
        try:
            self._closed = False
        except AttributeError:
            pass
        else:
            self.things.sort()

    @classmethod
    def from_file(cls, path):
        """Read a shelf from a file with one thing in each line."""
        with open(path) as file:
            lines = file.readlines()
        shelf = cls(os.path.basename(path), key=None)
        for line in lines:
            shelf.put(line.strip())
        return shelf


def open_shelf(path, mode="r"):
    """Open the shelf in a file."""
    if not os.path.exists(path):
        raise FileNotFoundError(path)
    return LockedShelf.from_file(path)


def main(args):
    try:
        shelf = open_shelf(args[1])
    except OSError as error:
        print("cannot open it:", error)
        return 1
    for thing in shelf:
        print(thing)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
'''
