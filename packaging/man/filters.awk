# SPDX-License-Identifier: Apache-2.0
#
# What `sockwarden filters` prints, as a part of sockwarden.yaml(5); see update.

# Text as mdoc(7) takes it to the letter, each sentence on a line of its own.
function say(text)
{
	sub(/^ +/, "", text)
	gsub(/\\/, "\\e", text)
	gsub(/\. +/, ".\n", text)
	if (text ~ /^[.']/)
		text = "\\&" text
	print toupper(substr(text, 1, 1)) substr(text, 2)
}

# The next line of the input: what the one before it is about.
function say_next()
{
	if (getline > 0)
		say($0)
}

function set_depth(wanted)
{
	for (; depth < wanted; depth++)
		print ".Bl -tag -width Ds"
	for (; depth > wanted; depth--)
		print ".El"
}

# A filter.
/^[a-z]/ {
	set_depth(0)
	print ".Ss Filter " $0
	say_next()
	next
}

# A setting, "name: type; default value", or one of the members of its items.
{
	match($0, /^ */)
	set_depth(RLENGTH / 4)
	line = substr($0, RLENGTH + 1)
	name = line
	sub(/:.*/, "", name)
	sub(/^[^:]*: /, "", line)
	sub(/; default /, ". Default: ", line)
	if (depth == 1)
		setting = name
	print ".It Cm " (depth == 1 ? name : setting "[]." name)
	say(line ".")
	# The action is explained once, for all filters.
	if (name != "action")
		say_next()
}

END {
	set_depth(0)
}
