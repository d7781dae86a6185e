package import Diagnostics

/// What it means when the options of TLS distribution cannot be used.
extension Explanation {
    package static let tlsDistribution: [Explanation] = [
        tls(
            .tlsNotOptions, "a file does not hold options of TLS distribution",
            "It has the format of `-ssl_dist_optfile`: one list of `{client, Options}` and `{server, Options}`. relift uses "
                + "those of `client`. It reads terms only; OTP would evaluate an expression.",
            "Write it as a term, or a file of its own for `--tls-config`."),
        tls(
            .tlsWrongValue, "an option of TLS distribution has a value of another form",
            "The finding says which form it takes.", "Write it as the finding shows."),
        tls(
            .tlsNotSupported, "an option of TLS distribution cannot be used by relift",
            "Certificates and keys are taken from files in PEM.", "Name the files in a file for `--tls-config`."),
        tls(
            .tlsIgnored, as: .warning, "an option of TLS distribution has no effect on relift",
            "It is for the node's own connections, such as a function that verifies.",
            "Nothing needs to be done, unless it is what the check of the node's certificate depends on."),
    ]

    private static func tls(
        _ id: Diagnostic.ID, as severity: Diagnostic.Severity = .error, _ title: String, _ meaning: String,
        _ wayOut: String...
    ) -> Explanation {
        Explanation(
            id, as: severity, title, meaning: meaning,
            example: Example(
                [], ["relift status --root /opt/shop --tls-config tls.config"], isComplete: false), wayOut: wayOut)
    }
}
