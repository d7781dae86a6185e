package import ErlangTerms
package import ReleaseModel

/// One release as the running node's `release_handler:which_releases/0` tells it.
package struct NodeRelease: Hashable, Sendable {
    package let name: String
    package let version: String
    /// `application-version` texts.
    package let libraries: [String]
    package let status: ReleaseRecord.Status

    package init(name: String, version: String, libraries: [String], status: ReleaseRecord.Status) {
        self.name = name
        self.version = version
        self.libraries = libraries
        self.status = status
    }

    /// Reads the answer of `which_releases/0`; nil when it has another shape.
    package static func list(_ answer: Term) -> [NodeRelease]? {
        guard let entries = answer.listElements else { return nil }
        var releases: [NodeRelease] = []
        for entry in entries {
            guard let fields = entry.tupleElements, fields.count == 4,
                let name = fields[0].stringValue, let version = fields[1].stringValue,
                let libraries = fields[2].listElements,
                let statusAtom = fields[3].atomValue, let status = ReleaseRecord.Status(rawValue: statusAtom.name)
            else { return nil }
            releases.append(
                NodeRelease(
                    name: name, version: version, libraries: libraries.compactMap(\.stringValue), status: status))
        }
        return releases
    }
}

extension [NodeRelease] {
    /// The release the node runs: the current one, else the permanent one.
    package var running: NodeRelease? {
        self.first { $0.status == .current } ?? self.first { $0.status == .permanent }
    }

    package var permanent: NodeRelease? { self.first { $0.status == .permanent } }
}
