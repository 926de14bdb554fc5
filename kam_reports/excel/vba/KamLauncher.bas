Option Explicit
' kam-reports @VERSION@: starts Python.

Private Function KamPython() As String
@PYTHON@
End Function

' Windows: the handle of the window says which Excel asks, and its active workbook stays active
' while this waits. No text of a workbook reaches the command line.
' macOS: AppleScript cannot reach Excel while a macro runs, so Python goes its own way and is told
' the workbook's name.
Public Sub KamStart(ByVal action As String, ByVal book As String)
    #If Mac Then
        AppleScriptTask "kam_reports.applescript", "kamRun", KamPython() & vbLf & action & vbLf & @ADDIN@ & vbLf & book
    #Else
        Dim wsh As Object, code As Long
        Set wsh = CreateObject("WScript.Shell")
        code = wsh.Run("""" & KamPython() & """ -P -m kam_reports.excel " & action & " --addin " & @ADDIN@ & " --hwnd " & Application.Hwnd, 0, True)
        If code <> 0 Then Err.Raise vbObjectError + 1, "KamStart", @EXIT_CODE@ & code
    #End If
End Sub
