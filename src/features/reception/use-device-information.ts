"use client";

import { useEffect, useState } from "react";
import { readDeviceInformation } from "@/media/device-information";
import type { DeviceInformation } from "@/protocol/device-information";

/** What is told about this device; null for the moment it takes to read it. */
export function useDeviceInformation(): DeviceInformation | null {
  const [device, setDevice] = useState<DeviceInformation | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void readDeviceInformation().then((read) => {
      if (isCurrent) setDevice(read);
    });
    return () => {
      isCurrent = false;
    };
  }, []);
  return device;
}
