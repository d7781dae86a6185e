extension [Diagnostic] {
    /// With `--strict`, every warning as an error; otherwise the findings as they are.
    package func strict(_ isStrict: Bool) -> [Diagnostic] {
        guard isStrict else { return self }
        return self.map { finding in
            guard finding.severity == .warning else { return finding }
            var error = finding
            error.severity = .error
            return error
        }
    }
}
