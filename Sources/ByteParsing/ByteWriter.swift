/// An append-only byte buffer with big-endian integers.
public struct ByteWriter: Hashable, Sendable {
    public private(set) var bytes: [UInt8]

    public init(reservingCapacity capacity: Int = 0) {
        self.bytes = []
        self.bytes.reserveCapacity(capacity)
    }

    public var count: Int { self.bytes.count }

    public mutating func write(_ byte: UInt8) { self.bytes.append(byte) }

    public mutating func write(_ more: some Sequence<UInt8>) { self.bytes.append(contentsOf: more) }

    public mutating func writeBigEndian<I: FixedWidthInteger>(_ value: I) {
        var shift = I.bitWidth - 8
        while shift >= 0 {
            self.bytes.append(UInt8(truncatingIfNeeded: value >> shift))
            shift -= 8
        }
    }

    /// Overwrites bytes that were already written, for lengths that are known only afterwards.
    public mutating func overwriteBigEndian<I: FixedWidthInteger>(_ value: I, at position: Int) {
        for step in 0..<(I.bitWidth / 8) {
            self.bytes[position + step] = UInt8(truncatingIfNeeded: value >> (I.bitWidth - 8 * (step + 1)))
        }
    }
}
