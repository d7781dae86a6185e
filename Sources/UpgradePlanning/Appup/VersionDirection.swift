package import Diagnostics
package import ReleaseModel

/// Which of two versions is the later one, as far as numbers tell.
///
/// OTP has no order of versions. Only what everybody reads alike is compared: numbers between dots, up to the first `-` or
/// `+`; what stands behind those is a matter of taste.
package enum VersionDirection {
    /// A warning when the application goes back to an earlier version.
    package static func findings(old: Application, new: Application) -> [Diagnostic] {
        guard self.isEarlier(new.version.text, than: old.version.text) else { return [] }
        return [
            Diagnostic(
                .appupVersionWentDown, .warning,
                "`\(new.name)` goes back from \(old.version) to \(new.version)", at: .file(new.file),
                explanation: "The releases may be given in the wrong order, or the old one was built from later code.",
                help: [
                    "`relift appup OLD NEW` wants the release that runs first", "or give `\(new.name)` a later `vsn`",
                ],
                application: new.name.name)
        ]
    }

    /// Whether one version is before another; false where that is not clear.
    package static func isEarlier(_ version: String, than other: String) -> Bool {
        guard let left = self.numbers(version), let right = self.numbers(other) else { return false }
        for index in 0..<max(left.count, right.count) {
            let (one, two) = (index < left.count ? left[index] : "", index < right.count ? right[index] : "")
            if one == two { continue }
            return one.count == two.count ? one < two : one.count < two.count
        }
        return false
    }

    /// The digits between the dots without leading zeros.
    private static func numbers(_ version: String) -> [String]? {
        let core = version.prefix { $0 != "-" && $0 != "+" }
        let parts = core.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }) else { return nil }
        return parts.map { String($0.drop { $0 == "0" }) }
    }
}
