/// An Erlang map with its keys in Erlang's map-key order (integers before floats), so that equal maps are equal values.
package struct TermMap: Hashable, Sendable {
    package struct Pair: Hashable, Sendable {
        package let key: Term
        package let value: Term
    }

    /// Sorted by key; no key twice.
    package let pairs: [Pair]

    /// The last of several equal keys wins, as in a map expression.
    package init(_ pairs: some Sequence<(key: Term, value: Term)>) {
        let numbered = pairs.enumerated().sorted { left, right in
            switch TermOrder.compareMapKeys(left.element.key, right.element.key) {
            case .less: true
            case .greater: false
            case .equal: left.offset < right.offset
            }
        }
        var result: [Pair] = []
        for (_, element) in numbered {
            let pair = Pair(key: element.key, value: element.value)
            if let last = result.last, last.key == element.key { result.removeLast() }
            result.append(pair)
        }
        self.pairs = result
    }

    package var count: Int { self.pairs.count }

    package subscript(key: Term) -> Term? { self.pairs.first { $0.key == key }?.value }
}
