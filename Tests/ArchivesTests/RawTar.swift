import Archives
import Compression

/// Archives written byte by byte, so that they can be what no program would make.
enum RawTar {
    /// Some blocks of an archive.
    typealias Blocks = [UInt8]

    /// One ustar header, with a checksum that is right.
    static func header(
        _ name: some Sequence<UInt8>, type: Character = "0", size: Int = 0, rawSize: [UInt8]? = nil, mode: Int = 0o644,
        link: some Sequence<UInt8> = [], prefix: some Sequence<UInt8> = [], breaksChecksum: Bool = false
    ) -> Blocks {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: some Sequence<UInt8>, at start: Int, limit: Int) {
            for (index, byte) in bytes.enumerated() where index < limit { block[start + index] = byte }
        }
        put(name, at: 0, limit: 100)
        put(Self.octal(mode, digits: 7), at: 100, limit: 8)
        put(Self.octal(0, digits: 7), at: 108, limit: 8)
        put(Self.octal(0, digits: 7), at: 116, limit: 8)
        put(rawSize ?? Self.octal(size, digits: 11), at: 124, limit: 12)
        put(Self.octal(0, digits: 11), at: 136, limit: 12)
        put([UInt8](repeating: 0x20, count: 8), at: 148, limit: 8)
        block[156] = type.asciiValue ?? 0
        put(link, at: 157, limit: 100)
        put(Array("ustar\u{0}00".utf8), at: 257, limit: 8)
        put(prefix, at: 345, limit: 155)
        let sum = block.reduce(0) { $0 + Int($1) } + (breaksChecksum ? 1 : 0)
        put(Self.octal(sum, digits: 6) + [0, 0x20], at: 148, limit: 8)
        return block
    }

    static func octal(_ number: Int, digits: Int) -> [UInt8] {
        let text = Array(String(number, radix: 8).utf8)
        return [UInt8](repeating: UInt8(ascii: "0"), count: max(0, digits - text.count)) + text
    }

    static func padded(_ bytes: [UInt8]) -> Blocks {
        bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
    }

    static func file(_ name: String, _ contents: String = "data", mode: Int = 0o644, type: Character = "0") -> Blocks {
        let bytes = Array(contents.utf8)
        return Self.header(name.utf8, type: type, size: bytes.count, mode: mode) + Self.padded(bytes)
    }

    static func folder(_ name: String, mode: Int = 0o755) -> Blocks { Self.header(name.utf8, type: "5", mode: mode) }

    static func link(_ name: String, _ target: String) -> Blocks {
        Self.header(name.utf8, type: "2", mode: 0o777, link: target.utf8)
    }

    /// Something without contents.
    static func special(_ name: String, type: Character, link: String = "") -> Blocks {
        Self.header(name.utf8, type: type, link: link.utf8)
    }

    /// A pax header for the next member, or for all.
    static func pax(_ records: [(String, String)], isGlobal: Bool = false) -> Blocks {
        var body: [UInt8] = []
        for (key, value) in records {
            let rest = " \(key)=\(value)\n".utf8.count
            var length = rest + 1
            while "\(length)".utf8.count + rest != length { length = "\(length)".utf8.count + rest }
            body += Array("\(length) \(key)=\(value)\n".utf8)
        }
        return Self.extended(body, type: isGlobal ? "g" : "x")
    }

    static func extended(_ body: [UInt8], type: Character) -> Blocks {
        Self.header("././@Extended".utf8, type: type, size: body.count) + Self.padded(body)
    }

    /// A name or link target of GNU tar's for the next member.
    static func long(_ text: String, type: Character = "L") -> Blocks {
        Self.extended(Array(text.utf8) + [0], type: type)
    }

    static let end: Blocks = [UInt8](repeating: 0, count: 1024)

    /// The whole archive, compressed.
    static func archive(_ members: Blocks..., ending: Blocks = Self.end) throws -> [UInt8] {
        try GzipCompressor.compress(members.flatMap { $0 } + ending)
    }
}

/// A digest for tests that need only one that tells contents apart.
struct TestDigest: ContentDigest {
    private var first: UInt64 = 0xcbf2_9ce4_8422_2325
    private var count = 0

    init() {}

    mutating func update(_ bytes: [UInt8]) {
        for byte in bytes { self.first = (self.first ^ UInt64(byte)) &* 0x100_0000_01b3 }
        self.count += bytes.count
    }

    func finish() -> [UInt8] { Array("\(self.count)-\(self.first)".utf8) }
}
