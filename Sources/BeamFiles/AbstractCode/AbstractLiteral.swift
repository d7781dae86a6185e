import ErlangTerms

/// The nodes of abstract code that are a term without parts of their own, and texts.
enum AbstractLiteral {
    /// Nil for every other node.
    static func term(_ node: AbstractNode) -> Term? {
        guard node.count == 1 else { return nil }
        switch (node.kind.name, node[0]) {
        case ("atom", .atom), ("integer", .integer), ("integer", .bigInteger), ("char", .integer), ("float", .float),
            ("string", .list):
            return node[0]
        case ("bin", .list(let elements)): return self.binary(elements)
        default: return nil
        }
    }

    /// `<<"text">>` and `<<1, 2>>`, with the sizes and types they have by themselves.
    private static func binary(_ elements: [Term]) -> Term? {
        var bytes: [UInt8] = []
        for element in elements {
            guard let node = AbstractNode(element), node.kind == "bin_element", node.count == 3,
                node[1].isAtom("default"), node[2].isAtom("default"), let part = AbstractNode(node[0])
            else { return nil }
            switch self.term(part) {
            case .integer(let value)?: bytes.append(UInt8(truncatingIfNeeded: value))
            case .list(let characters)?:
                for character in characters {
                    guard let value = character.integerValue else { return nil }
                    bytes.append(UInt8(truncatingIfNeeded: value))
                }
            default: return nil
            }
        }
        return .binary(bytes)
    }
}
