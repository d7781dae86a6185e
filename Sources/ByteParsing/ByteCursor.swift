/// A forward-only reader over borrowed bytes that cannot run past its end.
///
/// A cursor that was cut with ``readFrame(count:)`` is limited to that frame by construction; after decoding a frame
/// call ``requireEnd()`` so that unread bytes are an error. All multi-byte integers are big-endian, as in every format
/// of the trade (external term format, BEAM container, distribution protocol).
public struct ByteCursor: ~Escapable {
    @usableFromInline let bytes: Span<UInt8>
    @usableFromInline var index: Int
    /// Offset of the first byte of this cursor in the outermost input, so that errors name absolute places.
    @usableFromInline let base: Int

    /// A cursor over the whole of `bytes`, whose offsets start at `base`.
    @inlinable
    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>, base: Int = 0) {
        self.bytes = bytes
        self.index = 0
        self.base = base
    }

    /// Absolute offset of the next byte, for errors and ranges.
    @inlinable public var offset: Int { self.base + self.index }
    /// Number of bytes that are left.
    @inlinable public var remaining: Int { self.bytes.count - self.index }
    @inlinable public var isAtEnd: Bool { self.index == self.bytes.count }

    /// The next byte without consuming it, or nil at the end.
    @inlinable public func peek() -> UInt8? {
        self.index < self.bytes.count ? self.bytes[self.index] : nil
    }

    @inlinable public mutating func readByte() throws(ByteParsingError) -> UInt8 {
        guard self.index < self.bytes.count else { throw self.truncated(needed: 1) }
        let byte = self.bytes[self.index]
        self.index += 1
        return byte
    }

    /// Reads a fixed-width big-endian integer.
    @inlinable
    public mutating func readBigEndian<I: FixedWidthInteger>(_ type: I.Type) throws(ByteParsingError) -> I {
        let count = I.bitWidth / 8
        guard self.remaining >= count else { throw self.truncated(needed: count) }
        var value: I = 0
        for position in self.index..<(self.index + count) {
            value = (value << 8) | I(truncatingIfNeeded: self.bytes[position])
        }
        self.index += count
        return value
    }

    /// Copies the next `count` bytes.
    @inlinable public mutating func readBytes(count: Int) throws(ByteParsingError) -> [UInt8] {
        guard count >= 0, self.remaining >= count else { throw self.truncated(needed: count) }
        let start = self.index
        self.index += count
        let source = self.bytes
        var result: [UInt8] = []
        result.reserveCapacity(count)
        for position in start..<(start + count) { result.append(source[position]) }
        return result
    }

    @inlinable public mutating func skip(count: Int) throws(ByteParsingError) {
        guard count >= 0, self.remaining >= count else { throw self.truncated(needed: count) }
        self.index += count
    }

    /// Cuts the next `count` bytes off as a cursor of their own, which cannot read beyond them.
    @inlinable
    @_lifetime(copy self)
    public mutating func readFrame(count: Int) throws(ByteParsingError) -> ByteCursor {
        guard count >= 0, self.remaining >= count else { throw self.truncated(needed: count) }
        let frame = ByteCursor(
            self.bytes.extracting(self.index..<(self.index + count)), base: self.base + self.index)
        self.index += count
        return frame
    }

    /// The bytes that are left, without consuming them.
    @inlinable public var rest: Span<UInt8> {
        @_lifetime(copy self)
        get { self.bytes.extracting(self.index..<self.bytes.count) }
    }

    /// Throws unless every byte was read.
    @inlinable public func requireEnd() throws(ByteParsingError) {
        guard self.isAtEnd else {
            throw ByteParsingError(code: .trailingBytes, offset: self.offset, count: self.remaining)
        }
    }

    @inline(never) @usableFromInline
    func truncated(needed: Int) -> ByteParsingError {
        ByteParsingError(code: .truncated, offset: self.offset, count: max(0, needed) - self.remaining)
    }
}

/// Why bytes could not be read, and where.
public struct ByteParsingError: Error, Hashable, Sendable {
    public enum Code: Hashable, Sendable {
        /// Fewer bytes than the format demands; `count` is how many are missing.
        case truncated
        /// Bytes after the end of the value; `count` is how many.
        case trailingBytes
    }

    public let code: Code
    /// Absolute byte offset in the input.
    public let offset: Int
    public let count: Int

    public init(code: Code, offset: Int, count: Int) {
        self.code = code
        self.offset = offset
        self.count = count
    }
}
