package diag

// Every kind of finding that Crier reports. Codes are permanent: a code may be retired but is never
// reused. A test checks that docs/findings.md lists them all.
var (
	// Files and their format.
	UnreadableFile   = Kind{"unreadable-file", Mistake, "A file cannot be opened or read."}
	FileTooLarge     = Kind{"file-too-large", Mistake, "A file is larger than the limit."}
	PathTooLong      = Kind{"path-too-long", Mistake, "A path is longer than the limit."}
	BadName          = Kind{"bad-name", Mistake, "A file or folder has a name that cannot be part of an address."}
	MisplacedFile    = Kind{"misplaced-file", Mistake, "A Markdown file lies where no incident, maintenance, announcement, page or template is."}
	NotUTF8          = Kind{"not-utf8", Mistake, "A file is not UTF-8 text."}
	NoFrontMatter    = Kind{"no-front-matter", Mistake, "A file has no front matter, or front matter without an end."}
	BadSyntax        = Kind{"bad-syntax", Mistake, "YAML or TOML that cannot be parsed."}
	TooDeep          = Kind{"too-deep", Mistake, "Front matter nests deeper, or has more aliases, than the limit."}
	TooManyUpdates   = Kind{"too-many-updates", Mistake, "An incident has more updates than the limit."}
	NoUpdates        = Kind{"no-updates", Mistake, "A folder of an incident or of maintenance holds no update."}
	ReadAsText       = Kind{"read-as-text", Mistake, "A line that YAML or TOML refuses; its value was read as text."}
	DroppedText      = Kind{"dropped-text", Note, "A comment or a tag in a text, which YAML leaves out."}
	ControlCharacter = Kind{"control-character", Note, "A control character was dropped from a text."}

	// Keys and values.
	UnknownKey       = Kind{"unknown-key", Mistake, "A key that Crier does not know."}
	DuplicateKey     = Kind{"duplicate-key", Mistake, "A key that is set twice."}
	MissingKey       = Kind{"missing-key", Mistake, "A key that must be there is not."}
	WrongType        = Kind{"wrong-type", Mistake, "A value of the wrong type, such as a list where a text belongs."}
	OtherForm        = Kind{"other-form", Note, "A key or value that is understood, though it is not in its usual form."}
	UnclearDraft     = Kind{"unclear-draft", Mistake, "It is in doubt whether a file is a draft, or a post-mortem public: it is withheld."}
	UnclearHold      = Kind{"unclear-hold", Mistake, "A hold that cannot be understood: it lasts as long as a hold can."}
	UnknownComponent = Kind{"unknown-component", Mistake, "A component that config.toml does not list."}
	UnknownGroup     = Kind{"unknown-group", Mistake, "A group that config.toml does not list."}
	UnknownCondition = Kind{"unknown-condition", Mistake, "A condition of a component that is not one of the four."}
	UnknownSeverity  = Kind{"unknown-severity", Mistake, "A severity other than P0, P1, P2 and P3."}
	UnknownStatus    = Kind{"unknown-status", Mistake, "A status that incidents or maintenance do not have."}
	UnknownLanguage  = Kind{"unknown-language", Mistake, "A language tag that is not valid, or that config.toml does not list."}
	UnknownParty     = Kind{"unknown-party", Mistake, "Someone to escalate to whom the runbook does not name."}
	UnknownRule      = Kind{"unknown-rule", Mistake, "A rule to be waived that does not exist."}
	BadDate          = Kind{"bad-date", Mistake, "A date that is not RFC 3339 with an offset."}
	BadDuration      = Kind{"bad-duration", Mistake, "A duration that is not a positive number with a unit."}
	BadNumber        = Kind{"bad-number", Mistake, "A number out of its range."}
	BadZone          = Kind{"bad-zone", Mistake, "A time zone that the IANA database does not have."}
	BadURL           = Kind{"bad-url", Mistake, "An address that is not an absolute http or https URL."}
	BadID            = Kind{"bad-id", Mistake, "An id that cannot be part of an address."}
	DuplicateID      = Kind{"duplicate-id", Mistake, "Two groups or two components with one id."}
	BadAlias         = Kind{"bad-alias", Mistake, "An old address that is not a path below the site."}
	BadRule          = Kind{"bad-rule", Mistake, "A rule in config.toml that makes no sense."}
	MissingDate      = Kind{"missing-date", Mistake, "An update without a date that git does not know either."}
	DatedNow         = Kind{"dated-now", Note, "An update without a date that is not committed yet, so its date is now."}
	EndBeforeStart   = Kind{"end-before-start", Mistake, "A window that ends before it starts."}
	LateDetection    = Kind{"late-detection", Mistake, "An incident detected after the date of its first update."}
	OnlyFirst        = Kind{"only-first", Mistake, "A key that belongs to the first update only."}

	// The sequence of updates.
	Reopened       = Kind{"reopened", Note, "An incident that was resolved has another update."}
	ResolvedTwice  = Kind{"resolved-twice", Note, "An incident that is resolved is resolved again."}
	AfterCancelled = Kind{"after-cancelled", Note, "Maintenance that was cancelled or completed has another update."}

	// Changes since a revision.
	UpdateGone     = Kind{"update-gone", Rule, "Something public was deleted, or made a draft: feed readers keep it."}
	UpdateRenamed  = Kind{"update-renamed", Rule, "A public update has another name, and so another address and id."}
	TitleInherited = Kind{"title-inherited", Note, "A changed title changes that of later updates, which went out."}
	NotAmended     = Kind{"not-amended", Note, "A public update says something else, and amended: does not say so."}

	// Rules and the template.
	HoldOnUrgent     = Kind{"hold-on-urgent", Rule, "A hold on a P0 or P1, which are never held."}
	LongHold         = Kind{"long-hold", Rule, "A hold beyond the deadline of publishing, which ends it."}
	MissedDeadline   = Kind{"missed-deadline", Rule, "Something that the runbook asks for is late, or was."}
	FutureDate       = Kind{"future-date", Rule, "An update of a P0 or P1 is dated in the future, and so is not public yet."}
	SecuritySeverity = Kind{"security-severity", Rule, "A security incident that is not a P0."}
	MissingImpact    = Kind{"missing-impact", Rule, "An open P0 or P1 does not say what is affected."}
	MissingETA       = Kind{"missing-eta", Rule, "An open P0 or P1 does not say when it is expected to end."}
	SaysNothing      = Kind{"says-nothing", Rule, "A first update without a text, which should say what is being investigated."}
	Placeholder      = Kind{"placeholder", Rule, "A text still holds a placeholder of the template."}
	ETAPassed        = Kind{"eta-passed", Rule, "The ETA of an open incident has passed."}
	SilentLowering   = Kind{"silent-lowering", Rule, "A severity is lowered by an update that says nothing."}
	OpenParts        = Kind{"open-parts", Rule, "A resolved incident names components that do not work."}
	ImpactUnsaid     = Kind{"impact-unsaid", Note, "An open P2 or P3 does not say what is affected."}
	ETAUnsaid        = Kind{"eta-unsaid", Note, "An open P2 or P3 does not say when it is expected to end."}
	StatusBack       = Kind{"status-back", Note, "A status goes back, such as from monitoring to identified."}
	UnorderedDates   = Kind{"unordered-dates", Note, "The names of updates suggest another order than their dates."}

	// Markdown, the theme, and everything else.
	UnrenderableMarkdown = Kind{"unrenderable-markdown", Mistake, "Markdown that cannot be rendered; it is shown as plain text."}
	MarkdownLimit        = Kind{"markdown-limit", Note, "Markdown beyond a limit; it is shown as it is written."}
	DroppedHTML          = Kind{"dropped-html", Note, "Raw HTML in Markdown, which never reaches a page."}
	DroppedLink          = Kind{"dropped-link", Note, "A link with a scheme that never reaches a page, such as javascript:."}
	LinkedImage          = Kind{"linked-image", Note, "An image of another site, shown as a link to it."}
	BrokenLink           = Kind{"broken-link", Note, "A link to a page that the site does not have."}
	BadTemplate          = Kind{"bad-template", Mistake, "A template of the theme that cannot be parsed or used."}
	BadColour            = Kind{"bad-colour", Mistake, "A colour of [brand] that is not written like #0b5fff."}
	MissingAsset         = Kind{"missing-asset", Mistake, "A picture of [brand] that the theme's assets do not have."}
	MissingWords         = Kind{"missing-words", Note, "A language has no words for something that pages say; English stands in."}
	UnknownTheme         = Kind{"unknown-theme", Mistake, "A theme that is neither built in nor in themes/."}
	URLCollision         = Kind{"url-collision", Mistake, "Two sources that want one address."}
	IgnoredFile          = Kind{"ignored-file", Note, "A file that Crier does not use."}
	LostInImport         = Kind{"import-lost", Note, "Something that an import could not map; it stays in the text."}
	GuessInImport        = Kind{"import-guess", Note, "Something that an import had to guess."}
)
