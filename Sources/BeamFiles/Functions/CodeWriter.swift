import Crypto

/// Collects the spelt-out code of one function after the other and makes their digests, in memory that does not grow
/// with the function.
struct CodeWriter {
    private var buffer: [UInt8] = []
    /// Of what was already taken out of the buffer.
    private var hash: SHA256?
    /// How many more bytes may be written, for the whole module.
    private(set) var budget: Int

    private static let bufferSize = 64 << 10

    init(budget: Int) { self.budget = budget }

    mutating func write(_ byte: UInt8) { self.buffer.append(byte) }

    mutating func write(_ bytes: ArraySlice<UInt8>) { self.buffer.append(contentsOf: bytes) }

    mutating func write(_ number: Int) { Self.append(number, to: &self.buffer) }

    /// Appends a number that is not negative, seven bits a byte, the lowest first.
    static func append(_ number: Int, to bytes: inout [UInt8]) {
        var rest = UInt(bitPattern: number)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Says whether there is room for more; to be called after every few bytes.
    mutating func makeRoom() -> Bool {
        if self.buffer.count >= Self.bufferSize { self.flush() }
        return self.buffer.count <= self.budget
    }

    private mutating func flush() {
        self.budget -= self.buffer.count
        var hash = self.hash ?? SHA256()
        // Set aside so that the hash is not copied.
        self.hash = nil
        hash.update(data: self.buffer)
        self.hash = hash
        self.buffer.removeAll(keepingCapacity: true)
    }

    /// The digest of everything since the last one.
    mutating func digest() -> CodeDigest {
        self.budget -= self.buffer.count
        defer {
            self.hash = nil
            self.buffer.removeAll(keepingCapacity: true)
        }
        guard var hash = self.hash else { return CodeDigest(of: self.buffer) }
        self.hash = nil
        hash.update(data: self.buffer)
        return CodeDigest(hash.finalize())
    }
}
