extension ReleaseResolution.Draft {
    /// Checks inclusions, then replaces uses of included applications by uses of their tops, so that everything starts
    /// behind the application that really starts what it needs.
    mutating func resolveInclusions() throws(ReleaseProblem) {
        var claims: [ApplicationName: [ApplicationOrigin]] = [:]
        for member in self.applications {
            for name in member.includes { claims[name, default: []].append(member.origin) }
        }
        let clashes = self.clashes(\.includes)
        guard clashes.isEmpty else { throw .inclusionClashes(clashes) }
        let includedIn = claims.compactMapValues(\.first)
        if let cycle = self.inclusionCycle(includedIn) { throw .inclusionCycle(cycle) }

        let tops = Tops(includedIn.mapValues(\.name))
        for index in self.applications.indices {
            let member = self.applications[index]
            self.applications[index].uses = Self.rewritten(member.uses, of: member.name, tops)
        }
    }

    /// The applications of a circle of inclusions, in its order, if there is one.
    private func inclusionCycle(_ includedIn: [ApplicationName: ApplicationOrigin]) -> [ApplicationOrigin]? {
        var finished: Set<ApplicationName> = []
        for member in self.applications where !finished.contains(member.name) {
            var path: [ApplicationOrigin] = []
            var positions: [ApplicationName: Int] = [:]
            var current: ApplicationOrigin? = member.origin
            while let origin = current, !finished.contains(origin.name) {
                if let start = positions[origin.name] { return Array(path[start...]) }
                positions[origin.name] = path.count
                path.append(origin)
                current = includedIn[origin.name]
            }
            finished.formUnion(positions.keys)
        }
        return nil
    }

    /// The uses of one application with tops in place of included applications
    /// (`systools_make:add_top_apps_to_uses/3`): each use is looked at in its first order, against the list as changed
    /// so far.
    private static func rewritten(
        _ uses: [ApplicationName], of name: ApplicationName, _ tops: Tops
    ) -> [ApplicationName] {
        let ownTop = tops[name]
        var result = uses
        for used in uses {
            if used == ownTop {
                result.removeFirst(used)
            } else if tops.isIncluded(used) {
                let top = tops[used]
                if result.contains(top) {
                    result.removeFirst(used)
                } else if top != ownTop {
                    result.removeFirst(used)
                    result.append(top)
                }
            }
        }
        return result
    }

    /// Puts uses and inclusions in the order of the `.rel` file. Names it lacks, which are optional, go last.
    mutating func reorderByReleaseResource() {
        let positions = Dictionary(
            self.applications.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        func reordered(_ names: [ApplicationName]) -> [ApplicationName] {
            guard names.count > 1 else { return names }
            return names.enumerated().map { (position: positions[$1] ?? .max, index: $0, name: $1) }
                .sorted { ($0.position, $0.index) < ($1.position, $1.index) }.map(\.name)
        }
        for index in self.applications.indices {
            self.applications[index].uses = reordered(self.applications[index].uses)
            self.applications[index].includes = reordered(self.applications[index].includes)
        }
    }
}

/// The ends of the chains "is included in". The chains have no circles.
private struct Tops {
    private let includedIn: [ApplicationName: ApplicationName]

    init(_ includedIn: [ApplicationName: ApplicationName]) { self.includedIn = includedIn }

    /// Whether some application includes this one.
    func isIncluded(_ name: ApplicationName) -> Bool { self.includedIn[name] != nil }

    subscript(name: ApplicationName) -> ApplicationName {
        var top = name
        while let next = self.includedIn[top] { top = next }
        return top
    }
}

extension Array where Element: Equatable {
    fileprivate mutating func removeFirst(_ element: Element) {
        if let index = self.firstIndex(of: element) { self.remove(at: index) }
    }
}
