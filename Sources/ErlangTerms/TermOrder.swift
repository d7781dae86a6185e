import BigInt

/// Erlang's order of terms (`erts/emulator/beam/utils.c`, `erts_cmp_compound`):
/// number < atom < reference < fun < port < pid < tuple < native record < map < `[]` < list < bit string.
package enum TermOrder {
    package enum Result: Hashable, Sendable {
        case less, equal, greater
    }

    /// The order of `<` and `==`: an integer and a float of the same value are equal.
    package static func compare(_ left: Term, _ right: Term) -> Result {
        self.compare(left, right, exact: false)
    }

    /// The order of keys inside maps: every integer comes before every float.
    package static func compareMapKeys(_ left: Term, _ right: Term) -> Result {
        self.compare(left, right, exact: true)
    }

    private static func compare(_ left: Term, _ right: Term, exact: Bool) -> Result {
        switch (left, right) {
        case (.atom(let a), .atom(let b)): return self.order(a, b)
        case (.reference(let a), .reference(let b)):
            return self.firstDifference(
                self.order(a.node, b.node), self.order(a.creation, b.creation),
                self.order(a.words.reversed(), b.words.reversed()))
        case (.port(let a), .port(let b)):
            return self.firstDifference(
                self.order(a.node, b.node), self.order(a.creation, b.creation), self.order(a.id, b.id))
        case (.pid(let a), .pid(let b)):
            return self.firstDifference(
                self.order(a.serial, b.serial), self.order(a.id, b.id), self.order(a.node, b.node),
                self.order(a.creation, b.creation))
        case (.externalFunction(let a), .externalFunction(let b)):
            return self.firstDifference(
                self.order(a.module, b.module), self.order(a.function, b.function), self.order(a.arity, b.arity))
        case (.closure, .externalFunction): return .less
        case (.externalFunction, .closure): return .greater
        case (.closure(let a), .closure(let b)):
            return self.firstDifference(
                self.order(a.module, b.module), self.order(a.index, b.index),
                self.order(a.oldUniqueness, b.oldUniqueness), self.elements(a.freeVariables, b.freeVariables, exact))
        case (.tuple(let a), .tuple(let b)):
            return self.firstDifference(self.order(a.count, b.count), self.elements(a, b, exact))
        case (.nativeRecord(let a), .nativeRecord(let b)):
            return self.firstDifference(
                self.order(a.module, b.module), self.order(a.name, b.name),
                self.order(a.isExported ? 1 : 0, b.isExported ? 1 : 0), self.order(a.fields.count, b.fields.count),
                self.order(a.fields.map(\.name), b.fields.map(\.name)),
                self.elements(a.fields.map(\.value), b.fields.map(\.value), exact))
        case (.map(let a), .map(let b)):
            return self.firstDifference(
                self.order(a.count, b.count), self.elements(a.pairs.map(\.key), b.pairs.map(\.key), true),
                self.elements(a.pairs.map(\.value), b.pairs.map(\.value), exact))
        default:
            if let a = Number(left), let b = Number(right) { return self.numbers(a, b, exact: exact) }
            if let a = Cells(left), let b = Cells(right) { return self.lists(a, b, exact) }
            if let a = Bits(left), let b = Bits(right) {
                return a.bytes == b.bytes
                    ? self.order(a.bitsInLastByte, b.bitsInLastByte) : self.order(a.bytes, b.bytes)
            }
            return self.order(self.rank(left), self.rank(right))
        }
    }

    private static func rank(_ term: Term) -> Int {
        switch term {
        case .integer, .bigInteger, .float: 0
        case .atom: 1
        case .reference: 2
        case .externalFunction, .closure: 3
        case .port: 4
        case .pid: 5
        case .tuple: 6
        case .nativeRecord: 7
        case .map: 8
        case .list(let elements): elements.isEmpty ? 9 : 10
        case .improperList: 10
        case .binary, .bitString: 11
        }
    }

    // MARK: - Numbers

    private enum Number {
        case integer(BigInt)
        case float(Double)

        init?(_ term: Term) {
            switch term {
            case .integer(let value): self = .integer(BigInt(value))
            case .bigInteger(let value): self = .integer(value.value)
            case .float(let value): self = .float(value.value)
            case .atom, .tuple, .list, .improperList, .map, .binary, .bitString, .pid, .port, .reference,
                .externalFunction, .closure, .nativeRecord:
                return nil
            }
        }
    }

    private static func numbers(_ left: Number, _ right: Number, exact: Bool) -> Result {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): return self.order(a, b)
        case (.float(let a), .float(let b)):
            // In exact order 0.0 and -0.0 are two keys.
            return exact && a == b ? self.order(b.sign == .minus ? 1 : 0, a.sign == .minus ? 1 : 0) : self.order(a, b)
        case (.integer(let a), .float(let b)):
            return exact ? .less : self.compare(integer: a, float: b)
        case (.float(let a), .integer(let b)):
            if exact { return .greater }
            switch self.compare(integer: b, float: a) {
            case .less: return .greater
            case .equal: return .equal
            case .greater: return .less
            }
        }
    }

    private static func compare(integer: BigInt, float: Double) -> Result {
        let whole = BigInt(float.rounded(.towardZero))
        let result = self.order(integer, whole)
        guard result == .equal else { return result }
        let fraction = float - float.rounded(.towardZero)
        return fraction > 0 ? .less : fraction < 0 ? .greater : .equal
    }

    // MARK: - Lists and bits

    private struct Cells {
        var elements: [Term]
        var tail: Term

        init?(_ term: Term) {
            switch term {
            case .list(let elements) where !elements.isEmpty: (self.elements, self.tail) = (elements, .emptyList)
            case .improperList(let list): (self.elements, self.tail) = (list.elements, list.tail)
            case .atom, .integer, .bigInteger, .float, .tuple, .list, .map, .binary, .bitString, .pid, .port,
                .reference, .externalFunction, .closure, .nativeRecord:
                return nil
            }
        }

        func rest(after count: Int) -> Term { .list(Array(self.elements.dropFirst(count)), tail: self.tail) }
    }

    private static func lists(_ left: Cells, _ right: Cells, _ exact: Bool) -> Result {
        let common = min(left.elements.count, right.elements.count)
        return self.firstDifference(
            self.elements(left.elements, right.elements, exact),
            self.compare(left.rest(after: common), right.rest(after: common), exact: exact))
    }

    private struct Bits {
        var bytes: [UInt8]
        var bitsInLastByte: Int

        init?(_ term: Term) {
            switch term {
            case .binary(let bytes): (self.bytes, self.bitsInLastByte) = (bytes, 8)
            case .bitString(let bits): (self.bytes, self.bitsInLastByte) = (bits.bytes, bits.bitsInLastByte)
            case .atom, .integer, .bigInteger, .float, .tuple, .list, .improperList, .map, .pid, .port, .reference,
                .externalFunction, .closure, .nativeRecord:
                return nil
            }
        }
    }

    // MARK: - Combining

    private static func order<C: Comparable>(_ a: C, _ b: C) -> Result { a < b ? .less : a == b ? .equal : .greater }

    private static func order<C: Comparable>(_ a: [C], _ b: [C]) -> Result {
        for (left, right) in zip(a, b) where left != right { return self.order(left, right) }
        return self.order(a.count, b.count)
    }

    private static func elements(_ a: [Term], _ b: [Term], _ exact: Bool) -> Result {
        for (left, right) in zip(a, b) {
            let result = self.compare(left, right, exact: exact)
            if result != .equal { return result }
        }
        return .equal
    }

    private static func firstDifference(_ results: Result...) -> Result {
        results.first { $0 != .equal } ?? .equal
    }
}
