import CompatibilityRules
import Diagnostics
import ReleaseBuilding
import ReleaseFiles
import ReleaseLoading
import ReleaseModel
import UpgradePlanning

/// `relift explain`: what a kind of finding means, or the list of all kinds.
struct ExplainAction {
    let id: String?

    /// Everything that the modules of this program explain.
    static let catalogue = Explanation.Catalogue(Self.explanations)

    static let explanations: [Explanation] =
        Explanation.releases + Explanation.releaseFiles + Explanation.hybridBoot + Explanation.crossReference
        + Explanation.moduleFiles
        + Explanation.upgrades + Explanation.writtenAppups + Explanation.tarballs + RuleCatalogue.explanations

    func run(_ console: Console) -> ExitStatus {
        let catalogue = Self.catalogue
        guard let id else {
            switch console.format {
            case .text: console.result(catalogue.text)
            case .json: console.result(catalogue.json.text + "\n")
            }
            return .done
        }
        guard let explanation = catalogue[Diagnostic.ID(id)] else {
            console.report([Self.unknown(id, catalogue)])
            return .findings
        }
        switch console.format {
        case .text: console.result(explanation.text)
        case .json:
            console.result(
                JSONValue.object([("schemaVersion", .integer(1)), ("explanation", explanation.json)]).text + "\n")
        }
        return .done
    }

    private static func unknown(_ id: String, _ catalogue: Explanation.Catalogue) -> Diagnostic {
        let names = catalogue.entries.map(\.id.rawValue)
        // Somebody who remembers the name but not the area.
        let nearest = NearestName.of(id, among: names) ?? names.first { $0.hasSuffix("/" + id) }
        return Diagnostic(
            Diagnostic.ID("explain/unknown-id"), .error, "there is no explanation of `\(id)`",
            help: (nearest.map { ["did you mean `\($0)`?"] } ?? []) + ["`relift explain` lists all of them"])
    }
}
