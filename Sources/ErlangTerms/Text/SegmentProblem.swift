/// Why a segment of a binary cannot be built.
enum SegmentProblem: Error, Hashable {
    case unknownType(String)
    case missingType
    case sizeBehindType
    case contradiction(String)
    case unit
    case unitWithoutSize
    case size
    case sizeOfText
    case notInteger
    case notNumber
    case notBinary
    case nestedBinary
    case floatSize
    case floatRange
    case codePoint
    case binaryTooShort
    case binaryUnit
    case tooLarge(limit: Int)

    var summary: String {
        switch self {
        case .unknownType(let word): "`\(word)` is not a segment type"
        case .missingType: "a segment type is missing"
        case .sizeBehindType: "the size stands before the type"
        case .contradiction(let word): "`\(word)` contradicts an earlier segment type"
        case .unit: "a unit is 1 to 256"
        case .unitWithoutSize: "a unit needs a size"
        case .size: "the size of a segment is a number that is not negative"
        case .sizeOfText: "`utf8`, `utf16` and `utf32` segments have no size and no unit"
        case .notInteger: "this segment must be an integer or a string"
        case .notNumber: "this segment must be a number or a string"
        case .notBinary: "this segment must be a binary"
        case .nestedBinary: "a binary inside a binary needs the type `binary`"
        case .floatSize: "a float takes 16, 32 or 64 bits"
        case .floatRange: "this integer is too large for a float"
        case .codePoint: "this is not a Unicode character"
        case .binaryTooShort: "the binary is shorter than the size demands"
        case .binaryUnit: "the binary's length is not a multiple of the unit"
        case .tooLarge: "this segment is too large"
        }
    }

    var explanation: String {
        switch self {
        case .unknownType, .missingType:
            "The types are integer, float, binary, bytes, bitstring, bits, utf8, utf16, utf32, signed, unsigned, big, "
                + "little, native and unit:N, joined by `-`."
        case .contradiction: "Type, sign, byte order and unit can each be given once."
        case .unitWithoutSize: "An integer or float with a unit has no default size."
        case .size: "Between `:` and `/` stands a plain number, or a number in parentheses."
        case .notInteger, .notNumber, .notBinary: "Atoms, lists, tuples and maps cannot be part of a binary."
        case .codePoint: "Characters go up to 16#10ffff, without the surrogates 16#d800 to 16#dfff."
        case .tooLarge(let limit): "At most \(limit) bits are built."
        case .sizeBehindType: "A segment is `Value:Size/Types`; each part is given once."
        case .unit, .sizeOfText, .nestedBinary, .floatSize, .floatRange, .binaryTooShort, .binaryUnit: ""
        }
    }

    var help: [String] {
        switch self {
        case .nestedBinary: ["write `<<…>>/binary`, or `/bitstring` if its bits do not fill bytes"]
        case .notInteger: ["for a float write `/float` behind it, for a binary `/binary`"]
        case .unknownType, .missingType, .sizeBehindType, .contradiction, .unit, .unitWithoutSize, .size, .sizeOfText,
            .notNumber, .notBinary,
            .floatSize, .floatRange, .codePoint, .binaryTooShort, .binaryUnit, .tooLarge:
            []
        }
    }
}
