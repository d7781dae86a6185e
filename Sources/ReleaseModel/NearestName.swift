/// Finds the name that a misspelt one was probably meant to be.
package enum NearestName {
    /// The most scalars a name may have to be compared: the cost grows with the square.
    private static let longest = 64

    /// The candidate with the fewest single-character edits (insert, delete, replace, swap two neighbours), if these
    /// are at most a third of the name; the first one of several.
    package static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let scalars = Array(name.unicodeScalars)
        guard scalars.count <= self.longest else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in candidates where candidate != name {
            let other = Array(candidate.unicodeScalars)
            let limit = max(scalars.count, other.count) / 3
            guard other.count <= self.longest, abs(scalars.count - other.count) <= limit else { continue }
            let distance = self.distance(scalars, other)
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                var cost = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
