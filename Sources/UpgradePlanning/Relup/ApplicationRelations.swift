import ReleaseModel

/// Which applications of a release need, include and follow which others.
struct ApplicationRelations {
    private let release: Release
    /// Indices into the applications of the release; the first entry of a name counts.
    private let indices: [ApplicationName: Int]
    private let includers: [ApplicationName: ApplicationName]

    init(_ release: Release) {
        self.release = release
        self.indices = Dictionary(
            release.applications.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.includers = Dictionary(
            release.applications.flatMap { includer in includer.includes.map { ($0, includer.name) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The application that includes this one, and therefore starts and stops its processes.
    func includer(of name: ApplicationName) -> ApplicationName? { self.includers[name] }

    /// What must run before this application can start: what it uses, and what the applications it includes use; without
    /// optional ones. In the order of mention, each name once.
    func needs(of application: ResolvedApplication) -> [ApplicationName] {
        var members = [application]
        var seen: Set<ApplicationName> = [application.name]
        var needs: [ApplicationName] = []
        var next = 0
        while next < members.count {
            let member = members[next]
            next += 1
            let optional = member.specification.optionalApplications
            needs += member.uses.filter { !optional.contains($0) && seen.insert($0).inserted }
            for name in member.includes where seen.insert(name).inserted {
                if let index = self.indices[name] { members.append(self.release.applications[index]) }
            }
        }
        return needs
    }

    // MARK: - Orders

    /// The chosen applications, each behind those that it uses or includes, directly or by way of others; where that
    /// leaves a choice, in the order of the `.rel` file, so that an order without a fault stays as it is.
    func startOrder(where isChosen: (ResolvedApplication) -> Bool) -> [ResolvedApplication] {
        self.order(self.edges, isChosen)
    }

    /// The same, each one before those that it uses or includes.
    func stopOrder(where isChosen: (ResolvedApplication) -> Bool) -> [ResolvedApplication] {
        var reversed: [[Int]] = Array(repeating: [], count: self.release.applications.count)
        for (index, others) in self.edges.enumerated() {
            for other in others { reversed[other].append(index) }
        }
        return self.order(reversed, isChosen)
    }

    /// For each application those that it uses or includes.
    private var edges: [[Int]] {
        self.release.applications.map { ($0.uses + $0.includes).compactMap { self.indices[$0] } }
    }

    /// Depth first, with a stack of its own: the chain of dependencies may be as long as the release. A circle (legal
    /// where an application uses the one that includes it) is cut where it was entered.
    private func order(_ edges: [[Int]], _ isChosen: (ResolvedApplication) -> Bool) -> [ResolvedApplication] {
        let applications = self.release.applications
        var isVisited = Array(repeating: false, count: applications.count)
        var result: [ResolvedApplication] = []
        var path: [(application: Int, nextEdge: Int)] = []
        for start in applications.indices where !isVisited[start] && isChosen(applications[start]) {
            isVisited[start] = true
            path.append((start, 0))
            while let (current, edge) = path.last {
                guard edge < edges[current].count else {
                    path.removeLast()
                    if isChosen(applications[current]) { result.append(applications[current]) }
                    continue
                }
                path[path.count - 1].nextEdge += 1
                let other = edges[current][edge]
                if !isVisited[other] {
                    isVisited[other] = true
                    path.append((other, 0))
                }
            }
        }
        return result
    }
}
