package import Diagnostics
package import ErlangTerms

/// Where a release and its applications were written, so that problems found in the model can point into the files.
///
/// Kept apart from the model: two applications with equal contents are equal wherever they were read. Every question
/// falls back to the file as a whole when its text was not kept.
package struct ReleasePlaces: Sendable {
    /// The `.rel` file.
    package let resource: TermFile?
    /// The `.app` files by their paths, as ``Application/file`` gives them.
    package var applications: [String: TermFile]
    /// The places of the entries of the `.rel` file by their names, in its order.
    private let entries: [Atom: [Diagnostic.Place]]

    package init(resource: TermFile? = nil, applications: [String: TermFile] = [:]) {
        self.resource = resource
        self.applications = applications
        var entries: [Atom: [Diagnostic.Place]] = [:]
        if let resource {
            for entry in resource.terms.first?.tupleElements?.last?.listElements ?? [] {
                guard let name = entry.tupleElements?.first?.term.atomValue else { continue }
                entries[name, default: []].append(resource.place(entry))
            }
        }
        self.entries = entries
    }

    /// Nothing is known but paths.
    package static let unknown = ReleasePlaces()

    /// The entry of an application in the `.rel` file; `occurrence` counts from 0.
    package func entry(_ name: ApplicationName, occurrence: Int = 0) -> Diagnostic.Place {
        guard let resource, let term = resource.terms.first else { return .none }
        guard let places = self.entries[name.atom], places.indices.contains(occurrence) else {
            return resource.place(term)
        }
        return places[occurrence]
    }

    /// A key of an `.app` file, or the place of one atom in the key's list; `occurrence` counts from 0.
    package func property(
        _ key: Atom, of application: ApplicationOrigin, element: Atom? = nil, occurrence: Int = 0
    ) -> Diagnostic.Place {
        guard let file = self.applications[application.file], let term = file.terms.first else {
            return .file(application.file)
        }
        let properties = term.tupleElements?.last?.listElements ?? []
        let found = properties.first { property in
            property.tupleElements.map { $0.count == 2 && $0[0].term == .atom(key) } ?? false
        }
        guard let property = found else { return file.place(term) }
        guard let element else { return file.place(property) }
        let matching = (property.tupleElements?.last?.listElements ?? []).filter { $0.term == .atom(element) }
        return file.place(matching.indices.contains(occurrence) ? matching[occurrence] : property)
    }
}
