/** The two PowerShell scripts that read Windows; fixed texts, nothing is ever put into them. */

/**
 * Prints one line of JSON every five seconds: raw counters of CIM classes, whose names do not depend
 * on the language of Windows. Ends when nobody reads any more.
 */
export const WINDOWS_LOOP_SCRIPT = `
$ErrorActionPreference = 'SilentlyContinue'
[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
$n = 0
while ($true) {
  $o = [ordered]@{}
  $o.ticks = [Diagnostics.Stopwatch]::GetTimestamp() / [Diagnostics.Stopwatch]::Frequency
  $o.os = Get-CimInstance Win32_OperatingSystem | Select-Object FreePhysicalMemory, TotalVisibleMemorySize, NumberOfProcesses
  $o.pagefiles = @(Get-CimInstance Win32_PageFileUsage | Select-Object Name, AllocatedBaseSize, CurrentUsage)
  $o.disks = @(Get-CimInstance Win32_PerfRawData_PerfDisk_PhysicalDisk | Select-Object Name, DiskReadBytesPersec, DiskWriteBytesPersec, PercentIdleTime, Timestamp_Sys100NS)
  $o.interfaces = @(Get-CimInstance Win32_PerfRawData_Tcpip_NetworkInterface | Select-Object Name, BytesReceivedPersec, BytesSentPersec)
  $o.cards = @(Get-CimInstance Win32_PerfRawData_Tcpip_NetworkAdapter | Select-Object Name, BytesReceivedPersec, BytesSentPersec)
  if (($n % 12) -eq 0) {
    $volumes = @(Get-CimInstance Win32_LogicalDisk -Filter 'DriveType=3' | Select-Object DeviceID, Size, FreeSpace, VolumeSerialNumber)
    $adapters = @(Get-CimInstance -Namespace root/StandardCimv2 MSFT_NetAdapter | Select-Object InterfaceDescription, HardwareInterface, InterfaceOperationalStatus, PermanentAddress, PNPDeviceID)
    $images = @(Get-CimInstance -Namespace root/Microsoft/Windows/Storage MSFT_Disk -Filter 'BusType=15' | Select-Object Number)
    $batteries = @(Get-CimInstance Win32_Battery | Select-Object DeviceID, EstimatedChargeRemaining)
    $thermal = @(Get-CimInstance -Namespace root/wmi MSAcpi_ThermalZoneTemperature | Select-Object InstanceName, CurrentTemperature)
  }
  $o.volumes = $volumes
  $o.adapters = $adapters
  $o.images = $images
  $o.batteries = $batteries
  $o.thermal = $thermal
  $n++
  try {
    [Console]::Out.WriteLine(($o | ConvertTo-Json -Compress -Depth 3))
    [Console]::Out.Flush()
  } catch { exit }
  # Rates need two readings: the second follows soon.
  if ($n -eq 1) { Start-Sleep -Seconds 1 } else { Start-Sleep -Seconds 5 }
}`;

/** Prints all processes once as JSON: number, name, CPU seconds, resident bytes. Never arguments. */
export const WINDOWS_PROCESSES_SCRIPT = `
[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
Get-Process | Select-Object Id, ProcessName, CPU, WorkingSet64 | ConvertTo-Json -Compress`;
