import BigInt

extension BitSegment {
    /// Appends a segment as `eval_bits` builds it.
    ///
    /// `isString` tells a string from a list: every character of a string becomes a segment of the same size and type.
    func append(
        _ value: Term, isString: Bool, to builder: inout BitBuilder, limit: Int
    ) throws(SegmentProblem) {
        if isString, case .list(let characters) = value {
            if self.isPlain {
                for case .integer(let character) in characters { builder.append(UInt8(truncatingIfNeeded: character)) }
                return
            }
            let bits = try self.bitCount(limit: limit)
            if characters.isEmpty {
                // OTP refuses types that do not go with characters even when there are none.
                var scratch = BitBuilder()
                return try self.appendValue(.integer(0), bits: bits, to: &scratch, limit: limit)
            }
            for character in characters {
                try self.appendValue(character, bits: bits, to: &builder, limit: limit)
            }
            return
        }
        try self.appendValue(value, bits: try self.bitCount(limit: limit), to: &builder, limit: limit)
    }

    /// Neither size nor type was written.
    private var isPlain: Bool {
        self.size == .absent && self.kind == nil && self.unit == nil && self.isLittle == nil && self.isSigned == nil
    }

    /// Bits of the segment; nil for "all of the binary" and for text, where the value decides.
    private func bitCount(limit: Int) throws(SegmentProblem) -> Int? {
        if let unit = self.unit, !(1...256).contains(unit) { throw .unit }
        switch self.kind ?? .integer {
        case .utf8, .utf16, .utf32:
            guard self.unit == nil, self.size == .absent || self.size == .undefined else { throw .sizeOfText }
            return nil
        case .binary:
            switch self.size {
            case .absent, .all: return nil
            case .count(let count): return try Self.product(count, self.unit ?? 8, limit: limit)
            case .undefined, .wrong: throw .size
            }
        case .integer, .float:
            switch self.size {
            case .absent:
                guard self.unit == nil else { throw .unitWithoutSize }
                return self.kind == .float ? 64 : 8
            case .count(let count): return try Self.product(count, self.unit ?? 1, limit: limit)
            case .all, .undefined, .wrong: throw .size
            }
        }
    }

    private static func product(_ count: BigInt, _ unit: Int, limit: Int) throws(SegmentProblem) -> Int {
        guard count.sign == .plus else { throw .size }
        let bits = count * BigInt(unit)
        guard bits <= BigInt(limit) else { throw .tooLarge(limit: limit) }
        return Int(bits)
    }

    private func appendValue(
        _ value: Term, bits: Int?, to builder: inout BitBuilder, limit: Int
    ) throws(SegmentProblem) {
        let isLittle = self.isLittle ?? false
        guard builder.bitCount + (bits ?? 64) <= limit else { throw .tooLarge(limit: limit) }
        switch self.kind ?? .integer {
        case .integer:
            guard let integer = value.bigIntegerValue else {
                throw Self.isBits(value) ? .nestedBinary : .notInteger
            }
            builder.append(integer, bitCount: bits ?? 8, isLittle: isLittle)
        case .float:
            let bits = bits ?? 64
            guard bits == 16 || bits == 32 || bits == 64 else { throw .floatSize }
            let pattern = FloatPattern.bits(try Self.double(value), width: bits)
            builder.append(BigInt(pattern), bitCount: bits, isLittle: isLittle)
        case .binary:
            try self.appendBinary(value, bits: bits, to: &builder, limit: limit)
        case .utf8, .utf16, .utf32:
            guard case .integer(let code) = value else { throw .notInteger }
            guard let code = UInt32(exactly: code), let scalar = Unicode.Scalar(code) else { throw .codePoint }
            self.appendText(scalar, isLittle: isLittle, to: &builder)
        }
    }

    private func appendBinary(
        _ value: Term, bits: Int?, to builder: inout BitBuilder, limit: Int
    ) throws(SegmentProblem) {
        let bytes: [UInt8]
        let available: Int
        if case .binary(let content) = value {
            (bytes, available) = (content, content.count * 8)
        } else if case .bitString(let content) = value {
            (bytes, available) = (content.bytes, content.bytes.count * 8 - 8 + content.bitsInLastByte)
        } else {
            throw .notBinary
        }
        let count = bits ?? available
        guard count <= available else { throw .binaryTooShort }
        if bits == nil, available % (self.unit ?? 8) != 0 { throw .binaryUnit }
        guard builder.bitCount + count <= limit else { throw .tooLarge(limit: limit) }
        builder.append(bytes, bitCount: count)
    }

    private func appendText(_ scalar: Unicode.Scalar, isLittle: Bool, to builder: inout BitBuilder) {
        switch self.kind ?? .integer {
        case .utf16:
            for unit in Unicode.UTF16.encode(scalar) ?? Unicode.UTF16.encodedReplacementCharacter {
                builder.append(BigInt(unit), bitCount: 16, isLittle: isLittle)
            }
        case .utf32: builder.append(BigInt(scalar.value), bitCount: 32, isLittle: isLittle)
        case .utf8, .integer, .float, .binary: builder.append(String(Character(scalar)).utf8)
        }
    }

    private static func isBits(_ value: Term) -> Bool {
        if case .binary = value { return true }
        if case .bitString = value { return true }
        return false
    }

    private static func double(_ value: Term) throws(SegmentProblem) -> Double {
        if case .float(let float) = value { return float.value }
        guard let integer = value.bigIntegerValue else { throw .notNumber }
        let double = Double(integer)
        guard double.isFinite else { throw .floatRange }
        return double
    }
}

extension Term {
    /// The value of an integer of any size.
    fileprivate var bigIntegerValue: BigInt? {
        if case .integer(let value) = self { return BigInt(value) }
        if case .bigInteger(let value) = self { return value.value }
        return nil
    }
}
