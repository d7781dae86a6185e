import Archives
import BeamFiles
import CompatibilityRules
import Diagnostics
import DistributionProtocol
import ErlangTerms
import HostFiles
import Manifests
import ReleaseBuilding
import ReleaseFiles
import ReleaseInstalling
import ReleaseLoading
import ReleaseModel
import Signatures
import UpgradePlanning

/// `relift explain`: what a kind of finding means, or the list of all kinds.
struct ExplainAction {
    let id: String?

    /// Everything that the modules of this program explain.
    static let catalogue = Explanation.Catalogue(Self.explanations)

    static let explanations: [Explanation] = [
        Explanation.policy, Explanation.termText, Explanation.termStructure, Explanation.beamFiles,
        Explanation.nodes, Explanation.hostFiles, Explanation.archives, Explanation.releases, Explanation.releaseFiles,
        Explanation.hybridBoot, Explanation.crossReference, Explanation.moduleFiles, Explanation.upgrades,
        Explanation.writtenAppups, Explanation.tarballs, Explanation.releaseErrors, Explanation.fileErrors,
        Explanation.manifests, Explanation.scripts, Explanation.loading, Explanation.building, Explanation.mix,
        Explanation.overlays, Explanation.installing, Explanation.staging, Explanation.repairing, Explanation.nodeAgent,
        Explanation.preflight, Explanation.health, Explanation.tlsDistribution, Explanation.signatures,
        Explanation.commands,
        RuleCatalogue.explanations,
    ].flatMap { $0 }

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
            console.report([Self.unknown(id)])
            return .findings
        }
        switch console.format {
        case .text: console.result(explanation.text(width: console.resultWidth))
        case .json:
            console.result(
                JSONValue.object([("schemaVersion", .integer(1)), ("explanation", explanation.json)]).text + "\n")
        }
        return .done
    }

    /// The ID that was probably meant: a similar one, or the first of that name in any area.
    static func nearest(to id: String) -> String? {
        let names = Self.catalogue.entries.map(\.id.rawValue)
        return names.first { $0.hasSuffix("/" + id) } ?? NearestName.of(id, among: names)
    }

    private static func unknown(_ id: String) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("explain/unknown-id"), .error, "there is no explanation of `\(id)`",
            help: (self.nearest(to: id).map { ["did you mean `\($0)`?"] } ?? []) + [
                "`relift explain` lists all of them"
            ])
    }
}
