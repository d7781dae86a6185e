extension [Diagnostic] {
    /// Findings that say the same of the way up and of the way down as one, at the place of the first.
    var groupedByDirection: [(finding: Diagnostic, directions: [Diagnostic.Direction])] {
        var groups: [(finding: Diagnostic, directions: [Diagnostic.Direction])] = []
        var known: [[String]: Int] = [:]
        for finding in self {
            guard let direction = finding.direction else {
                groups.append((finding, []))
                continue
            }
            var undirected = finding
            undirected.direction = nil
            if let index = known[undirected.words] {
                groups[index].directions.append(direction)
            } else {
                known[undirected.words] = groups.count
                groups.append((finding, [direction]))
            }
        }
        return groups
    }
}
