package dev.swivel.linux;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses MODULE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.swivel.linux");

    @Test
    void theModuleKnowsOnlyTheJdkAndTheLogger() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.swivel.linux..", "java..", "org.slf4j..", "org.jspecify..")
                .check(MODULE);
    }

    @Test
    void packagesDependOnEachOtherOneWayOnly() {
        slices().matching("dev.swivel.linux.(*)..").should().beFreeOfCycles().check(MODULE);
    }
}
