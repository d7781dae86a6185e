/// Cuts a stream of bytes into frames, each behind its length; the pieces may come in any size.
///
/// A frame is refused by its length alone: nothing is kept for it.
package struct FrameAssembler: Sendable {
    /// How wide the length in front of a frame is.
    package enum LengthWidth: Int, Hashable, Sendable {
        /// The handshake.
        case two = 2
        /// The connected phase.
        case four = 4
    }

    /// May be changed between two calls of ``next()``, for the frames that follow.
    package var width: LengthWidth
    /// The most bytes of one frame, its length not counted.
    package var limit: Int
    private var buffer: [UInt8] = []
    /// Bytes of `buffer` that were given out already.
    private var consumed = 0

    package init(width: LengthWidth, limit: Int) {
        self.width = width
        self.limit = limit
    }

    /// Bytes that are not given out yet.
    package var pending: ArraySlice<UInt8> { self.buffer[self.consumed...] }

    package mutating func append(_ bytes: [UInt8]) {
        self.buffer.append(contentsOf: bytes)
    }

    /// The next whole frame without its length, or nil until more bytes come.
    package mutating func next() throws(FrameTooLarge) -> [UInt8]? {
        let width = self.width.rawValue
        guard self.buffer.count - self.consumed >= width else {
            self.compact()
            return nil
        }
        var length = 0
        for index in self.consumed..<(self.consumed + width) { length = length << 8 | Int(self.buffer[index]) }
        guard length <= self.limit else { throw FrameTooLarge(length: length, limit: self.limit) }
        let start = self.consumed + width
        guard self.buffer.count - start >= length else {
            self.compact()
            return nil
        }
        let frame = Array(self.buffer[start..<(start + length)])
        self.consumed = start + length
        return frame
    }

    /// Gives back the room of what was consumed; called only when a frame is incomplete, so each byte moves at most once a read.
    private mutating func compact() {
        guard self.consumed > 0 else { return }
        if self.consumed == self.buffer.count {
            self.buffer.removeAll(keepingCapacity: self.buffer.capacity <= 1 << 20)
        } else {
            self.buffer.removeFirst(self.consumed)
        }
        self.consumed = 0
    }
}

/// A peer announced a frame that is longer than we take.
package struct FrameTooLarge: Error, Hashable, Sendable {
    package let length: Int
    package let limit: Int
}
