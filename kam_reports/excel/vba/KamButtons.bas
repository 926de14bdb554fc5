Option Explicit
' kam-reports @VERSION@: the buttons. Python does the work; this module only starts it.
' The interpreter was fixed when this file was built. Nothing is read from the open workbook
' but its name.

' Ribbon: the id of a button is "kam_" and the action, such as kam_check
Public Sub KamRibbon(control As IRibbonControl)
    KamRun Mid$(control.ID, 5)
End Sub

' Buttons in cells
@BUTTONS@
Public Sub KamRun(ByVal action As String)
    Dim problem As String
    If ActiveWorkbook Is Nothing Then
        MsgBox @NO_BOOK@, vbExclamation, @TITLE@
        Exit Sub
    End If
    On Error GoTo Failed
    Application.StatusBar = @STARTING@
    KamStart action, ActiveWorkbook.Name
    #If Mac Then
        ' Python goes on by itself and clears the status bar when it is done
    #Else
        Application.StatusBar = False
    #End If
    Exit Sub
Failed:
    problem = Err.Description
    Application.StatusBar = False
    MsgBox @NOT_STARTED@ & vbLf & vbLf & problem, vbCritical, @TITLE@
End Sub
