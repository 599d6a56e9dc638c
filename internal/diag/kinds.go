package diag

// Every kind of finding that Crier reports. Codes are permanent: a code may be retired but is never
// reused. A test checks that docs/findings.md lists them all.
var (
	// Files and their format.
	UnreadableFile   = Kind{"unreadable-file", Mistake, "A file cannot be opened or read."}
	FileTooLarge     = Kind{"file-too-large", Mistake, "A file is larger than the limit."}
	PathTooLong      = Kind{"path-too-long", Mistake, "A path is longer than the limit."}
	BadName          = Kind{"bad-name", Mistake, "A file or folder has a name that cannot be part of a URL."}
	MisplacedFile    = Kind{"misplaced-file", Mistake, "A Markdown file in a location where no incident, maintenance, announcement, page or template belongs."}
	NotUTF8          = Kind{"not-utf8", Mistake, "A file is not UTF-8 text."}
	NoFrontMatter    = Kind{"no-front-matter", Mistake, "A file has no front matter, or front matter without an end."}
	BadSyntax        = Kind{"bad-syntax", Mistake, "YAML or TOML that is not valid."}
	TooDeep          = Kind{"too-deep", Mistake, "Front matter nests deeper, or has more aliases, than the limit."}
	TooManyUpdates   = Kind{"too-many-updates", Mistake, "An incident has more updates than the limit."}
	NoUpdates        = Kind{"no-updates", Mistake, "A folder of an incident or of maintenance holds no update."}
	ReadAsText       = Kind{"read-as-text", Mistake, "A line that is not valid YAML or TOML; its value was read as text."}
	DroppedText      = Kind{"dropped-text", Note, "A comment or a tag in a text, which YAML ignores."}
	ControlCharacter = Kind{"control-character", Note, "A control character was dropped from a text."}

	// Keys and values.
	UnknownKey       = Kind{"unknown-key", Mistake, "A key that Crier does not know."}
	DuplicateKey     = Kind{"duplicate-key", Mistake, "A key that is set twice."}
	MissingKey       = Kind{"missing-key", Mistake, "A required key is missing."}
	WrongType        = Kind{"wrong-type", Mistake, "A value of the wrong type, such as a list where a text belongs."}
	OtherForm        = Kind{"other-form", Note, "A key or value that is understood, but is not in its usual form."}
	UnclearDraft     = Kind{"unclear-draft", Mistake, "It is unclear whether a file is a draft, or whether a post-mortem is public, so it is withheld."}
	UnclearHold      = Kind{"unclear-hold", Mistake, "A hold that cannot be understood, so it counts as the longest possible hold."}
	UnknownComponent = Kind{"unknown-component", Mistake, "A component that config.toml does not list."}
	UnknownGroup     = Kind{"unknown-group", Mistake, "A group that config.toml does not list."}
	UnknownCondition = Kind{"unknown-condition", Mistake, "A condition of a component that is not one of the four."}
	UnknownSeverity  = Kind{"unknown-severity", Mistake, "A severity other than P0, P1, P2 and P3."}
	UnknownStatus    = Kind{"unknown-status", Mistake, "A status that is not valid for incidents or maintenance."}
	UnknownLanguage  = Kind{"unknown-language", Mistake, "A language tag that is not valid, or that config.toml does not list."}
	UnknownParty     = Kind{"unknown-party", Mistake, "Someone to escalate to who is not in the runbook."}
	UnknownRule      = Kind{"unknown-rule", Mistake, "A waived rule that does not exist."}
	BadDate          = Kind{"bad-date", Mistake, "A date that is not RFC 3339 with an offset."}
	BadDuration      = Kind{"bad-duration", Mistake, "A duration that is not a positive number with a unit."}
	BadNumber        = Kind{"bad-number", Mistake, "A number out of range."}
	BadZone          = Kind{"bad-zone", Mistake, "A time zone that is not in the IANA database."}
	BadURL           = Kind{"bad-url", Mistake, "A URL that is not an absolute http or https URL."}
	BadID            = Kind{"bad-id", Mistake, "An id that cannot be part of a URL."}
	DuplicateID      = Kind{"duplicate-id", Mistake, "Two groups or two components with the same id."}
	BadAlias         = Kind{"bad-alias", Mistake, "A former URL that is not a path below the site."}
	BadRule          = Kind{"bad-rule", Mistake, "A rule in config.toml with an impossible value."}
	MissingDate      = Kind{"missing-date", Mistake, "An update without a date, and git does not know when it was committed."}
	DatedNow         = Kind{"dated-now", Note, "An update without a date that is not committed yet, so its date is now."}
	EndBeforeStart   = Kind{"end-before-start", Mistake, "A window that ends before it starts."}
	LateDetection    = Kind{"late-detection", Mistake, "An incident that was detected after the date of its first update."}
	OnlyFirst        = Kind{"only-first", Mistake, "A key that belongs to the first update only."}

	// The sequence of updates.
	Reopened       = Kind{"reopened", Note, "An update after an incident was resolved."}
	ResolvedTwice  = Kind{"resolved-twice", Note, "An incident was resolved twice."}
	AfterCancelled = Kind{"after-cancelled", Note, "An update after maintenance was cancelled or completed."}

	// Changes since a revision.
	UpdateGone     = Kind{"update-gone", Rule, "A public update or announcement was deleted or made a draft, but feed readers keep it."}
	UpdateRenamed  = Kind{"update-renamed", Rule, "A public update was renamed, so its URL and id changed."}
	TitleInherited = Kind{"title-inherited", Note, "A changed title also changes the titles of later updates that are already public."}
	NotAmended     = Kind{"not-amended", Note, "A public update was changed without amended:."}

	// Rules and the template.
	HoldOnUrgent     = Kind{"hold-on-urgent", Rule, "A hold on a P0 or P1, which is never held."}
	LongHold         = Kind{"long-hold", Rule, "A hold that ends after the publishing deadline, which applies instead."}
	MissedDeadline   = Kind{"missed-deadline", Rule, "A deadline of the runbook was missed."}
	FutureDate       = Kind{"future-date", Rule, "An update of a P0 or P1 is dated in the future, so it is not public yet."}
	SecuritySeverity = Kind{"security-severity", Rule, "A security incident that is not a P0."}
	MissingImpact    = Kind{"missing-impact", Rule, "An open P0 or P1 does not say what is affected."}
	MissingETA       = Kind{"missing-eta", Rule, "An open P0 or P1 has no ETA."}
	SaysNothing      = Kind{"says-nothing", Rule, "A first update without a text."}
	Placeholder      = Kind{"placeholder", Rule, "A text still contains a placeholder of the template."}
	ETAPassed        = Kind{"eta-passed", Rule, "The ETA of an open incident has passed."}
	PastETA          = Kind{"past-eta", Rule, "An ETA was over when it was written."}
	PastWindow       = Kind{"past-window", Rule, "The window of maintenance was over when it was announced."}
	LateDraft        = Kind{"late-draft", Rule, "An update of a P0 is still a draft after the deadline of publishing."}
	ExpiredSecurity  = Kind{"expired-security", Rule, "security.txt has expired, so researchers must not rely on it."}
	RulesUnreviewed  = Kind{"rules-unreviewed", Rule, "The review of the rules is overdue."}
	SilentLowering   = Kind{"silent-lowering", Rule, "An update without a text lowers the severity."}
	OpenParts        = Kind{"open-parts", Rule, "A resolved incident lists components that are not operational."}
	ImpactUnsaid     = Kind{"impact-unsaid", Note, "An open P2 or P3 does not say what is affected."}
	ETAUnsaid        = Kind{"eta-unsaid", Note, "An open P2 or P3 has no ETA."}
	StatusBack       = Kind{"status-back", Note, "A status goes back, such as from monitoring to identified."}
	UnorderedDates   = Kind{"unordered-dates", Note, "The names of updates are in a different order than their dates."}

	// Markdown, the theme, and everything else.
	UnrenderableMarkdown = Kind{"unrenderable-markdown", Mistake, "Markdown that cannot be rendered, so it is shown as plain text."}
	MarkdownLimit        = Kind{"markdown-limit", Note, "Markdown that exceeds a limit, so it is shown as written."}
	DroppedHTML          = Kind{"dropped-html", Note, "Raw HTML in Markdown, which is never published."}
	DroppedLink          = Kind{"dropped-link", Note, "A link with a scheme that is never published, such as javascript:."}
	LinkedImage          = Kind{"linked-image", Note, "An image on another site, which is shown as a link."}
	BrokenLink           = Kind{"broken-link", Note, "A link to a page that the site does not have."}
	BadTemplate          = Kind{"bad-template", Mistake, "A template of the theme that cannot be parsed or used."}
	BadColour            = Kind{"bad-colour", Mistake, "A colour of [brand] that is not written like #0b5fff."}
	MissingAsset         = Kind{"missing-asset", Mistake, "An image of [brand] that is not in the theme's assets."}
	MissingWords         = Kind{"missing-words", Note, "A language lacks a text of the pages, so it is shown in English."}
	FormerTemplate       = Kind{"former-template", Note, "A template of the theme that no page calls any more."}
	UnknownTheme         = Kind{"unknown-theme", Mistake, "A theme that is neither built in nor in themes/."}
	URLCollision         = Kind{"url-collision", Mistake, "Two sources for the same URL."}
	IgnoredFile          = Kind{"ignored-file", Note, "A file that Crier does not use."}
	LostInImport         = Kind{"import-lost", Note, "Something that an import could not convert."}
	GuessInImport        = Kind{"import-guess", Note, "Something that an import had to guess."}
)
