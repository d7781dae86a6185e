/// The parts of an ELF-64 shared object that say what lies where in memory once it is loaded (System V ABI, chapter 5).
struct SharedObject {
    private let bytes: [UInt8]
    private let segments: [Segment]
    private let processor: Processor
    /// The dynamic section's entries by tag.
    private let dynamic: [UInt64: UInt64]

    /// Linkers make about ten; each question about memory looks through them.
    private static let mostSegments: UInt64 = 256
    private static let mostDynamicEntries = 4096

    /// Bytes of the file that are mapped to memory.
    private struct Segment {
        let address: UInt64
        let offset: UInt64
        let size: UInt64
    }

    private enum Processor: UInt64 {
        case x8664 = 62
        case arm64 = 183

        /// The relocation that stores an address of this very object.
        var relative: UInt64 {
            switch self {
            case .x8664: 8
            case .arm64: 1027
            }
        }

        /// The relocation that stores the address of a symbol.
        var absolute: UInt64 {
            switch self {
            case .x8664: 1
            case .arm64: 257
            }
        }
    }

    private enum Tag {
        static let relocations: UInt64 = 7
        static let relocationBytes: UInt64 = 8
        static let packedBytes: UInt64 = 35
        static let packed: UInt64 = 36
    }

    init(parsing bytes: [UInt8]) throws(NativeLibraryError) {
        guard bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]) else { throw .notAnObjectFile }
        guard bytes.count >= 64 else { throw .truncated(offset: bytes.count) }
        let isShared = Self.number(bytes, 16, 2) == 3
        guard bytes[4] == 2, bytes[5] == 1, isShared, let machine = Self.number(bytes, 18, 2),
            let processor = Processor(rawValue: machine)
        else { throw .unsupported }
        self.bytes = bytes
        self.processor = processor
        let start = try Self.wanted(bytes, 32, 8)
        let size = try Self.wanted(bytes, 54, 2)
        let count = try Self.wanted(bytes, 56, 2)
        guard size >= 56, count <= Self.mostSegments else { throw .unsupported }
        var segments: [Segment] = []
        var dynamic: [UInt64: UInt64] = [:]
        for index in 0..<count {
            let (header, overflow) = start.addingReportingOverflow(index * size)
            guard !overflow else { throw .truncated(offset: bytes.count) }
            let kind = try Self.wanted(bytes, header, 4)
            let offset = try Self.wanted(bytes, header, at: 8)
            let stored = try Self.wanted(bytes, header, at: 32)
            switch kind {
            case 1:
                segments.append(
                    Segment(address: try Self.wanted(bytes, header, at: 16), offset: offset, size: stored))
            case 2: dynamic = try Self.dynamicEntries(bytes, offset, stored)
            default: continue
            }
        }
        self.segments = segments
        self.dynamic = dynamic
    }

    private static func dynamicEntries(
        _ bytes: [UInt8], _ offset: UInt64, _ size: UInt64
    ) throws(NativeLibraryError) -> [UInt64: UInt64] {
        var entries: [UInt64: UInt64] = [:]
        var position: UInt64 = 0
        while position < size, size - position >= 16, entries.count <= self.mostDynamicEntries {
            let (place, overflow) = offset.addingReportingOverflow(position)
            guard !overflow else { throw .truncated(offset: bytes.count) }
            let tag = try self.wanted(bytes, place, 8)
            if tag == 0 { break }
            entries[tag] = try self.wanted(bytes, place, at: 8)
            position += 16
        }
        return entries
    }

    // MARK: - Pointers

    /// The places in memory that hold a pointer once the object is loaded, and what each points to in this object; nil for
    /// one that is known only when symbols are bound.
    func pointers() throws(NativeLibraryError) -> [UInt64: UInt64?] {
        var pointers: [UInt64: UInt64?] = [:]
        if let table = self.dynamic[Tag.relocations], let size = self.dynamic[Tag.relocationBytes] {
            let count = size / 24
            guard count <= NativeLibrary.mostRelocations else { throw .tooManyRelocations }
            for index in 0..<count {
                let (entry, overflow) = table.addingReportingOverflow(index * 24)
                guard !overflow, let place = self.word(at: entry), let kind = self.word(at: entry &+ 8),
                    let addend = self.word(at: entry &+ 16)
                else { throw .truncated(offset: self.bytes.count) }
                switch kind & 0xffff_ffff {
                case self.processor.relative: pointers[place] = .some(addend)
                case self.processor.absolute: pointers[place] = .some(nil)
                default: continue
                }
            }
        }
        try self.addPacked(&pointers)
        return pointers
    }

    /// The packed form of relative relocations, which stores only where they are: an address, then bit maps of the 63 words
    /// behind it. What is pointed to stands in its place.
    private func addPacked(_ pointers: inout [UInt64: UInt64?]) throws(NativeLibraryError) {
        guard let table = self.dynamic[Tag.packed], let size = self.dynamic[Tag.packedBytes] else { return }
        var next: UInt64 = 0
        for index in 0..<size / 8 {
            let (place, overflow) = table.addingReportingOverflow(index * 8)
            guard !overflow, let entry = self.word(at: place) else { throw .truncated(offset: self.bytes.count) }
            if entry & 1 == 0 {
                pointers[entry] = .some(self.word(at: entry))
                next = entry &+ 8
            } else {
                for bit in 1..<UInt64(64) where entry >> bit & 1 == 1 {
                    let address = next &+ (bit - 1) &* 8
                    pointers[address] = .some(self.word(at: address))
                }
                next = next &+ 63 * 8
            }
            guard pointers.count <= NativeLibrary.mostRelocations else { throw .tooManyRelocations }
        }
    }

    // MARK: - Memory

    /// Eight bytes of memory, as far as they stand in the file.
    private func word(at address: UInt64) -> UInt64? {
        self.offset(of: address, count: 8).flatMap { Self.number(self.bytes, $0, 8) }
    }

    /// Four bytes of memory.
    func number(at address: UInt64) -> UInt64? {
        self.offset(of: address, count: 4).flatMap { Self.number(self.bytes, $0, 4) }
    }

    /// A text of C in memory; nil where it is longer than the limit.
    func text(at address: UInt64, limit: Int) -> String? {
        guard let start = self.offset(of: address, count: 1), let from = Int(exactly: start) else { return nil }
        let window = self.bytes[from..<min(self.bytes.count, from + limit + 1)]
        guard let end = window.firstIndex(of: 0) else { return nil }
        return String(validating: window[..<end], as: UTF8.self)
    }

    private func offset(of address: UInt64, count: UInt64) -> UInt64? {
        for segment in self.segments where address >= segment.address {
            let distance = address - segment.address
            guard distance < segment.size, segment.size - distance >= count else { continue }
            let (offset, overflow) = segment.offset.addingReportingOverflow(distance)
            guard !overflow, offset < UInt64(self.bytes.count) else { return nil }
            return offset
        }
        return nil
    }

    // MARK: - Numbers

    private static func number(_ bytes: [UInt8], _ offset: UInt64, _ count: UInt64) -> UInt64? {
        guard offset <= UInt64(bytes.count), UInt64(bytes.count) - offset >= count else { return nil }
        let start = Int(offset)
        return bytes[start..<start + Int(count)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func wanted(
        _ bytes: [UInt8], _ offset: UInt64, _ count: UInt64
    ) throws(NativeLibraryError) -> UInt64 {
        guard let number = self.number(bytes, offset, count) else { throw .truncated(offset: bytes.count) }
        return number
    }

    private static func wanted(
        _ bytes: [UInt8], _ header: UInt64, at field: UInt64
    ) throws(NativeLibraryError) -> UInt64 {
        let (offset, overflow) = header.addingReportingOverflow(field)
        guard !overflow else { throw .truncated(offset: bytes.count) }
        return try self.wanted(bytes, offset, 8)
    }
}
