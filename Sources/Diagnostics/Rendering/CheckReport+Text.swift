extension CheckReport {
    /// The findings for people; empty when there are none.
    ///
    /// - Parameter showsHidden: also name what is suppressed, with the reason, and what the baseline accepts.
    package func text(_ renderer: TextRenderer, showsHidden: Bool = false) -> String {
        var blocks: [String] = []
        if !self.findings.isEmpty { blocks.append(renderer.render(self.findings)) }
        if showsHidden {
            let hidden =
                self.judged.suppressed.map { renderer.line($0.finding, "suppressed: \($0.reason)") }
                + self.judged.accepted.map { renderer.line($0, "accepted by the baseline") }
            if !hidden.isEmpty { blocks.append(hidden.joined()) }
        }
        return blocks.joined(separator: "\n")
    }

    /// The outcome in one line with its end: `check  shop 1 -> shop 2   hot   1 warning; 2 suppressed`.
    package var result: String {
        let counts = TextRenderer.summary(of: self.findings) ?? "no known hazard found"
        let outcome = [counts, self.judged.hiddenSummary].compactMap { $0 }.joined(separator: "; ")
        let subject = self.subject.isEmpty ? nil : "check  \(self.subject)"
        return [subject, self.verdict, outcome].compactMap { $0 }.joined(separator: "   ") + "\n"
    }
}
