/// The version of a release as relx orders them (`rlx_util:parse_vsn/1`, `parsed_vsn_lte/2`): semantic versioning without
/// build metadata, of whose identifiers before the release the first and the last count, as texts. What is no such version
/// is the lowest.
struct RelxVersion: Comparable {
    private var numbers = [0, 0, 0]
    private var first: [UInt8] = []
    private var last: [UInt8] = []

    init(_ text: String) {
        let bytes = Array(text.utf8)
        let version = bytes.prefix { $0 != UInt8(ascii: "+") }
        let core = version.prefix { $0 != UInt8(ascii: "-") }
        let parts = core.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let numbers = parts.compactMap(Self.number)
        guard numbers.count == parts.count, (1...3).contains(parts.count) else { return }
        // A single number is one with nothing behind it.
        guard parts.count > 1 || core.count == bytes.count else { return }
        var identifiers: [ArraySlice<UInt8>] = []
        if core.count < version.count {
            identifiers = version.dropFirst(core.count + 1).split(
                separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        }
        guard identifiers.allSatisfy({ !$0.isEmpty }) else { return }
        self.numbers = numbers + Array(repeating: 0, count: 3 - numbers.count)
        self.first = identifiers.first.map(Array.init) ?? []
        self.last = identifiers.count > 1 ? identifiers.last.map(Array.init) ?? [] : []
    }

    /// Digits without a zero in front.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.count == 1 || digits.first != UInt8(ascii: "0"),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(String(decoding: digits, as: UTF8.self))
    }

    static func < (left: Self, right: Self) -> Bool {
        if left.numbers != right.numbers { return left.numbers.lexicographicallyPrecedes(right.numbers) }
        if left.first != right.first {
            // `1.0.0-rc` comes before `1.0.0`.
            if left.first.isEmpty || right.first.isEmpty { return right.first.isEmpty }
            return left.first.lexicographicallyPrecedes(right.first)
        }
        return left.last.lexicographicallyPrecedes(right.last)
    }
}
