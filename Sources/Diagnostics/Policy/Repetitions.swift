extension [Diagnostic] {
    /// The findings without those that say to a reader what another one before them said.
    ///
    /// What two releases share may have been looked at twice, each time with a file object of its own: places count by
    /// their labels.
    package var withoutRepetitions: [Diagnostic] {
        var seen: Set<[String]> = []
        return self.filter { seen.insert($0.words).inserted }
    }
}

extension Diagnostic {
    /// All that a reader sees of the finding.
    var words: [String] {
        var words = [
            self.id.rawValue, self.severity.rawValue, self.summary, self.place.label ?? "", self.application ?? "",
            self.module ?? "", self.direction?.rawValue ?? "", self.explanation,
        ]
        for note in self.notes { words += ["note", note.text, note.place.label ?? ""] }
        for help in self.help { words += ["help", help] }
        return words
    }
}
