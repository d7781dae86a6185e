import BigInt
import ByteParsing

/// Writes one term. Nesting is kept on a stack of its own, not on the thread's.
struct ExternalTermEncoder {
    private let atoms: ExternalTerm.AtomStyle
    private var writer = ByteWriter()
    private var frames: [Frame] = []

    /// A compound term whose elements are still being written.
    private struct Frame {
        let elements: [Term]
        var next = 0
        let end: End
    }

    /// What follows the last element.
    private enum End {
        case nothing
        case emptyTail
        /// The length of a closure is known only afterwards.
        case functionSize(at: Int)
    }

    init(atoms: ExternalTerm.AtomStyle) { self.atoms = atoms }

    mutating func encode(_ term: Term) -> [UInt8] {
        self.writer.write(ExternalTerm.version)
        self.write(term)
        while let last = self.frames.indices.last {
            if self.frames[last].next < self.frames[last].elements.count {
                let element = self.frames[last].elements[self.frames[last].next]
                self.frames[last].next += 1
                self.write(element)
            } else {
                switch self.frames.removeLast().end {
                case .nothing: break
                case .emptyTail: self.write(.nil)
                case .functionSize(let position):
                    self.writer.overwriteBigEndian(
                        UInt32(clamping: self.writer.count - position), at: position)
                }
            }
        }
        return self.writer.bytes
    }

    private mutating func write(_ tag: ExternalTermTag) { self.writer.write(tag.rawValue) }

    private mutating func write(count: Int) { self.writer.writeBigEndian(UInt32(clamping: count)) }

    private mutating func open(_ elements: [Term], end: End = .nothing) {
        self.frames.append(Frame(elements: elements, end: end))
    }

    /// Writes a simple term, or the head of a compound one whose elements then follow from its frame.
    private mutating func write(_ term: Term) {
        switch term {
        case .atom(let atom): self.write(atom)
        case .integer(let value): self.write(integer: value)
        case .bigInteger(let value): self.write(big: value.value)
        case .float(let value):
            self.write(.newFloat)
            self.writer.writeBigEndian(value.value.bitPattern)
        case .tuple(let elements):
            if elements.count <= 255 {
                self.write(.smallTuple)
                self.writer.write(UInt8(elements.count))
            } else {
                self.write(.largeTuple)
                self.write(count: elements.count)
            }
            self.open(elements)
        case .list(let elements): self.write(list: elements)
        case .improperList(let list):
            self.write(.list)
            self.write(count: list.elements.count)
            self.open(list.elements + [list.tail])
        case .map(let map):
            self.write(.map)
            self.write(count: map.count)
            self.open(map.pairs.flatMap { [$0.key, $0.value] })
        case .binary(let bytes):
            self.write(.binary)
            self.write(count: bytes.count)
            self.writer.write(bytes)
        case .bitString(let bits):
            self.write(.bitBinary)
            self.write(count: bits.bytes.count)
            self.writer.write(UInt8(bits.bitsInLastByte))
            self.writer.write(bits.bytes)
        case .pid(let pid): self.write(pid)
        case .port(let port): self.write(port)
        case .reference(let reference):
            self.write(.newerReference)
            self.writer.writeBigEndian(UInt16(clamping: reference.words.count))
            self.write(reference.node)
            self.writer.writeBigEndian(reference.creation)
            for word in reference.words { self.writer.writeBigEndian(word) }
        case .externalFunction(let function):
            self.write(.export)
            self.write(function.module)
            self.write(function.function)
            self.write(integer: function.arity)
        case .closure(let closure): self.write(closure)
        case .nativeRecord(let record): self.write(record)
        }
    }

    private mutating func write(_ atom: Atom) {
        let utf8 = atom.name.utf8
        switch self.atoms {
        case .latin1 where atom.name.unicodeScalars.allSatisfy({ $0.value <= 0xff }):
            let scalars = atom.name.unicodeScalars
            self.write(.atom)
            self.writer.writeBigEndian(UInt16(clamping: scalars.count))
            self.writer.write(scalars.lazy.map { UInt8(truncatingIfNeeded: $0.value) })
        case .latin1, .utf8:
            if utf8.count <= 255 {
                self.write(.smallAtomUTF8)
                self.writer.write(UInt8(utf8.count))
            } else {
                self.write(.atomUTF8)
                self.writer.writeBigEndian(UInt16(clamping: utf8.count))
            }
            self.writer.write(utf8)
        }
    }

    private mutating func write(integer value: Int) {
        if let byte = UInt8(exactly: value) {
            self.write(.smallInteger)
            self.writer.write(byte)
        } else if let short = Int32(exactly: value) {
            self.write(.integer)
            self.writer.writeBigEndian(short)
        } else {
            let magnitude = value.magnitude
            let count = (UInt.bitWidth - magnitude.leadingZeroBitCount + 7) / 8
            self.write(.smallBig)
            self.writer.write(UInt8(count))
            self.writer.write(value < 0 ? 1 : 0)
            for position in 0..<count { self.writer.write(UInt8(truncatingIfNeeded: magnitude >> (8 * position))) }
        }
    }

    private mutating func write(big value: BigInt) {
        let magnitude = value.magnitude
        let count = (magnitude.bitWidth + 7) / 8
        if count <= 255 {
            self.write(.smallBig)
            self.writer.write(UInt8(count))
        } else {
            self.write(.largeBig)
            self.write(count: count)
        }
        self.writer.write(value.sign == .minus ? 1 : 0)
        var left = count
        for word in magnitude.words {
            var word = word
            for _ in 0..<min(left, UInt.bitWidth / 8) {
                self.writer.write(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
            left -= min(left, UInt.bitWidth / 8)
        }
    }

    /// Lists of bytes are written as strings, as long as the two bytes of their length suffice.
    private mutating func write(list elements: [Term]) {
        if elements.isEmpty { return self.write(.nil) }
        if elements.count <= Int(UInt16.max), elements.allSatisfy(Self.isByte) {
            self.write(.string)
            self.writer.writeBigEndian(UInt16(clamping: elements.count))
            for element in elements {
                if case .integer(let byte) = element { self.writer.write(UInt8(truncatingIfNeeded: byte)) }
            }
            return
        }
        self.write(.list)
        self.write(count: elements.count)
        self.open(elements, end: .emptyTail)
    }

    private static func isByte(_ term: Term) -> Bool {
        if case .integer(let value) = term { UInt8(exactly: value) != nil } else { false }
    }

    private mutating func write(_ pid: ProcessIdentifier) {
        self.write(.newPid)
        self.write(pid.node)
        self.writer.writeBigEndian(pid.id)
        self.writer.writeBigEndian(pid.serial)
        self.writer.writeBigEndian(pid.creation)
    }

    /// OTP 25 keeps the form that releases before OTP 24 read, where the identifier has no more than 28 bits.
    private mutating func write(_ port: PortIdentifier) {
        if self.atoms == .latin1, let id = UInt32(exactly: port.id), id < 1 << 28 {
            self.write(.newPort)
            self.write(port.node)
            self.writer.writeBigEndian(id)
        } else {
            self.write(.v4Port)
            self.write(port.node)
            self.writer.writeBigEndian(port.id)
        }
        self.writer.writeBigEndian(port.creation)
    }

    private mutating func write(_ closure: Closure) {
        self.write(.newFunction)
        let sizePosition = self.writer.count
        self.write(count: 0)
        self.writer.write(UInt8(clamping: closure.arity))
        self.writer.write(closure.uniqueness)
        self.writer.writeBigEndian(closure.index)
        self.write(count: closure.freeVariables.count)
        self.write(closure.module)
        self.write(integer: closure.oldIndex)
        self.write(integer: closure.oldUniqueness)
        self.write(closure.creator)
        self.open(closure.freeVariables, end: .functionSize(at: sizePosition))
    }

    private mutating func write(_ record: NativeRecord) {
        self.write(.nativeRecord)
        self.write(count: record.fields.count)
        self.writer.write(record.isExported ? 1 : 0)
        self.write(record.module)
        self.write(record.name)
        for field in record.fields { self.write(field.name) }
        self.open(record.fields.map(\.value))
    }
}
