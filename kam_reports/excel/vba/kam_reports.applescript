-- Started by the kam-reports add-in: interpreter, action, version, workbook name, one a line.
on kamRun(parameters)
	set {interpreter, kamAction, kamVersion, bookName} to paragraphs of parameters
	do shell script quoted form of interpreter & " -P -m kam_reports.excel " & quoted form of kamAction & " --addin " & quoted form of kamVersion & " --book " & quoted form of bookName & " > /dev/null 2>&1 &"
	return "ok"
end kamRun
