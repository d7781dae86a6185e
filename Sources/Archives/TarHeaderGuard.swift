import SystemPackage

/// Reads the headers of a tar archive beside libarchive and refuses what other readers might understand in another way.
///
/// Releases need files, folders and symbolic links with names and sizes. Everything else that ustar, pax and GNU tar have
/// differs from reader to reader: what one checks, the other would not unpack. Formats: POSIX.1-2017, `pax`, section
/// "Extended Description"; the GNU tar manual, "Basic Tar Format".
struct TarHeaderGuard {
    /// Bytes of an extended header at most: it holds a name, a link target and some numbers.
    static let extendedLimit = 64 << 10
    private static let blockSize = 512

    private enum State {
        /// In a header block, of which `block` has the first bytes.
        case header
        /// In contents and padding.
        case skipping(Int)
        /// In an extended header, whose bytes and padding are `rest` and more.
        case collecting(Extension, size: Int, rest: Int)
        /// Behind the block of zeros that ends the archive.
        case ended
    }

    /// An extended header, by its type.
    private enum Extension {
        case pax, globalPax, longName, longLink
    }

    private let path: FilePath
    private let limits: ArchiveLimits
    private var state = State.header
    private var isAtStart = true
    private var block: [UInt8] = []
    /// What the extended headers before the next member said.
    private var hasPax = false
    private var hasLongName = false
    private var hasLongLink = false
    private var paxKeys: Set<[UInt8]> = []
    private var paxSize: Int?

    init(path: FilePath, limits: ArchiveLimits) {
        self.path = path
        self.limits = limits
        self.block.reserveCapacity(Self.blockSize)
    }

    /// Takes the next bytes of the archive.
    mutating func add(_ bytes: Span<UInt8>) throws(ArchiveError) {
        var position = 0
        while position < bytes.count {
            let available = bytes.count - position
            switch self.state {
            case .ended:
                return
            case .skipping(let count):
                let step = min(count, available)
                position += step
                self.state = step == count ? .header : .skipping(count - step)
            case .header:
                let step = min(Self.blockSize - self.block.count, available)
                self.take(bytes, from: position, count: step)
                position += step
                guard self.block.count == Self.blockSize else { return }
                let header = self.block
                self.block.removeAll(keepingCapacity: true)
                try self.read(header)
            case .collecting(let kind, let size, let rest):
                let step = min(rest, available)
                self.take(bytes, from: position, count: min(step, max(0, size - self.block.count)))
                position += step
                guard step == rest else {
                    self.state = .collecting(kind, size: size, rest: rest - step)
                    return
                }
                let contents = self.block
                self.block.removeAll(keepingCapacity: true)
                self.state = .header
                try self.read(kind, contents)
            }
        }
    }

    private mutating func take(_ bytes: Span<UInt8>, from start: Int, count: Int) {
        for index in start..<start + count { self.block.append(bytes[index]) }
    }

    private func refuse(_ why: String, _ header: [UInt8]? = nil) -> ArchiveError {
        let name = header.map { Array($0.prefix(100).prefix { $0 != 0 }) }
        return ArchiveError(.unsafeHeader, self.path, member: name, detail: why)
    }

    // MARK: - Headers

    private mutating func read(_ header: [UInt8]) throws(ArchiveError) {
        if header.allSatisfy({ $0 == 0 }) {
            guard !self.hasPax, !self.hasLongName, !self.hasLongLink else {
                throw self.refuse("an extended header without a member")
            }
            self.state = .ended
            return
        }
        guard Self.hasRightChecksum(header) else {
            throw ArchiveError(
                self.isAtStart ? .notAnArchive : .damaged, self.path, detail: "the checksum of a header is wrong")
        }
        self.isAtStart = false
        let size = try self.size(in: header)
        switch header[156] {
        case UInt8(ascii: "x"):
            guard !self.hasPax else { throw self.refuse("two extended headers for one member", header) }
            self.hasPax = true
            try self.collect(.pax, size, header)
        case UInt8(ascii: "g"):
            try self.collect(.globalPax, size, header)
        case UInt8(ascii: "L"):
            guard !self.hasLongName else { throw self.refuse("two long names for one member", header) }
            self.hasLongName = true
            try self.collect(.longName, size, header)
        case UInt8(ascii: "K"):
            guard !self.hasLongLink else { throw self.refuse("two long link targets for one member", header) }
            self.hasLongLink = true
            try self.collect(.longLink, size, header)
        case UInt8(ascii: "0"), 0:
            try self.startMember(size, header)
        case UInt8(ascii: "1")...UInt8(ascii: "6"):
            guard size == 0 else { throw self.refuse("a size for something that has no contents", header) }
            try self.startMember(size, header)
        case UInt8(ascii: "S"):
            throw ArchiveError(.sparseMember, self.path, member: Array(header.prefix(100).prefix { $0 != 0 }))
        case let type:
            throw self.refuse("a member of the unknown kind \(type)", header)
        }
    }

    /// The sum of all bytes, where the sum itself counts as spaces.
    private static func hasRightChecksum(_ header: [UInt8]) -> Bool {
        var sum = 8 * Int(UInt8(ascii: " "))
        for index in header.indices where !(148..<156).contains(index) { sum += Int(header[index]) }
        let field = header[148..<156].drop { $0 == UInt8(ascii: " ") }
        let digits = field.prefix { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "7") }
        return !digits.isEmpty && Int(String(decoding: digits, as: UTF8.self), radix: 8) == sum
    }

    private mutating func collect(_ kind: Extension, _ size: Int, _ header: [UInt8]) throws(ArchiveError) {
        guard size <= Self.extendedLimit else {
            throw self.refuse("an extended header of \(size) bytes", header)
        }
        guard size > 0 else { return try self.read(kind, []) }
        self.state = .collecting(kind, size: size, rest: Self.padded(size))
    }

    private mutating func startMember(_ size: Int, _ header: [UInt8]) throws(ArchiveError) {
        guard (self.paxSize ?? size) == size else { throw self.refuse("two sizes for one member", header) }
        guard !(self.hasLongName && self.paxKeys.contains(Self.pathKey)),
            !(self.hasLongLink && self.paxKeys.contains(Self.linkKey))
        else { throw self.refuse("two long names for one member", header) }
        self.hasPax = false
        self.hasLongName = false
        self.hasLongLink = false
        self.paxKeys = []
        self.paxSize = nil
        self.state = size == 0 ? .header : .skipping(Self.padded(size))
    }

    /// The size field: octal digits, or the binary form for what is larger. Not above the limit for the whole archive.
    private func size(in header: [UInt8]) throws(ArchiveError) -> Int {
        let field = header[124..<136]
        var size = 0
        if field.first == 0x80 {
            for byte in field.dropFirst() {
                guard size <= self.limits.totalBytes else { break }
                size = size << 8 | Int(byte)
            }
        } else {
            let text = field.drop { $0 == UInt8(ascii: " ") }
            let digits = text.prefix { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "7") }
            guard text.dropFirst(digits.count).allSatisfy({ $0 == 0 || $0 == UInt8(ascii: " ") }) else {
                throw self.refuse("a size that is no number", header)
            }
            for digit in digits { size = size << 3 | Int(digit - UInt8(ascii: "0")) }
        }
        guard size <= self.limits.totalBytes else {
            throw ArchiveError(
                .overLimit(.totalBytes(self.limits.totalBytes)), self.path,
                member: Array(header.prefix(100).prefix { $0 != 0 }))
        }
        return size
    }

    /// Rounded up to whole blocks. Sizes are below the limit of the archive.
    private static func padded(_ size: Int) -> Int {
        let (sum, isTooLarge) = size.addingReportingOverflow(Self.blockSize - 1)
        return isTooLarge ? size : sum / Self.blockSize * Self.blockSize
    }

    // MARK: - Extended headers

    private static let pathKey = Array("path".utf8)
    private static let linkKey = Array("linkpath".utf8)
    private static let sizeKey = Array("size".utf8)

    private mutating func read(_ kind: Extension, _ contents: [UInt8]) throws(ArchiveError) {
        switch kind {
        case .longName, .longLink:
            let text = contents.prefix { $0 != 0 }
            guard !text.isEmpty, contents.dropFirst(text.count).allSatisfy({ $0 == 0 }) else {
                throw self.refuse("a long name with a NUL byte in it")
            }
        case .pax, .globalPax:
            var rest = contents[...]
            while !rest.isEmpty { try self.readRecord(&rest, isGlobal: kind == .globalPax) }
        }
    }

    /// One record, `LENGTH KEY=VALUE` and a line end, where the length counts all of it.
    private mutating func readRecord(_ rest: inout ArraySlice<UInt8>, isGlobal: Bool) throws(ArchiveError) {
        let digits = rest.prefix(while: { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") })
        guard (1...6).contains(digits.count), let length = Int(String(decoding: digits, as: UTF8.self)),
            length <= rest.count, length > digits.count + 2
        else { throw self.refuse("an extended header whose records are not as long as they say") }
        let record = rest.prefix(length)
        rest = rest.dropFirst(length)
        let pair = record.dropFirst(digits.count + 1).dropLast()
        guard record[record.startIndex + digits.count] == UInt8(ascii: " "), record.last == UInt8(ascii: "\n"),
            let equals = pair.firstIndex(of: UInt8(ascii: "=")), equals > pair.startIndex
        else { throw self.refuse("an extended header whose records are not as long as they say") }
        let (key, value) = (Array(pair[..<equals]), pair[(equals + 1)...])
        if key.starts(with: "GNU.sparse".utf8) { throw ArchiveError(.sparseMember, self.path) }
        let decides = key == Self.pathKey || key == Self.linkKey || key == Self.sizeKey
        guard decides else { return }
        let name = String(decoding: key, as: UTF8.self)
        guard !isGlobal else { throw self.refuse("a `\(name)` for all members") }
        guard self.paxKeys.insert(key).inserted else { throw self.refuse("two records `\(name)` for one member") }
        guard !value.isEmpty, !value.contains(0) else {
            throw self.refuse("a record `\(name)` that is empty or has a NUL byte in it")
        }
        guard key == Self.sizeKey else { return }
        guard value.allSatisfy({ UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") }),
            let size = Int(String(decoding: value, as: UTF8.self))
        else { throw self.refuse("a size that is no number") }
        self.paxSize = size
    }
}
